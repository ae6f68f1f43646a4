/** Which addresses the gateway may call: a tenant's file names them, so they are input, not trust (design.md 8). */
export type AddressPolicy = {
  /** Host names, with or without port, that the gateway itself answers on: calling them would be a loop. */
  readonly ownHosts: readonly string[];
  /** Local configuration only: permits http, loopback and names without a dot. */
  readonly allowLocal: boolean;
};

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);
const privateSuffix = /\.(localhost|local|internal|intranet|lan|home\.arpa)$/;

/** URL parsing has already turned every spelling of an IPv4 address (hex, octal, short) into four decimals. */
const isIpLiteral = (hostname: string): boolean =>
  hostname.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);

/**
 * Why an address may not be called, or undefined when it may.
 * The reason never holds the address: paths and queries can hold personal data.
 */
export const addressFault = (address: string, policy: AddressPolicy): string | undefined => {
  if (!URL.canParse(address)) return "not a URL";
  const url = new URL(address);
  const hostname = url.hostname.replace(/\.$/, "");
  const host = url.port === "" ? hostname : `${hostname}:${url.port}`;

  if (url.username !== "" || url.password !== "") return "user information in the address";
  if (policy.ownHosts.includes(hostname) || policy.ownHosts.includes(host))
    return "the gateway's own host";
  if (policy.allowLocal && (url.protocol === "http:" || url.protocol === "https:")) {
    return isIpLiteral(hostname) && !loopbackHosts.has(hostname) ? "an IP address" : undefined;
  }
  if (url.protocol !== "https:") return "not https";
  if (isIpLiteral(hostname)) return "an IP address";
  if (!hostname.includes(".") || privateSuffix.test(hostname)) return "not a public host name";
  return undefined;
};
