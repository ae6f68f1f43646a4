/**
 * `error_code` of Sitoo's newer sister SPIs (published there; assumed for CRM SPI v2), for the
 * statuses that Sitoo publishes; there is no 409 and no 422 (contracts/sitoo.md 2.3).
 */
export const errorCodes = {
  400: "bad-request",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  429: "too-many-requests",
  500: "other",
  502: "bad-gateway",
  503: "other",
  504: "other",
} as const;

export type ErrorStatus = keyof typeof errorCodes;

/** The error object of every surface; the message is for a person. */
export const errorObject = (requestId: string, status: ErrorStatus, message: string) => ({
  request_id: requestId,
  error_code: errorCodes[status],
  error_data: { message },
});
