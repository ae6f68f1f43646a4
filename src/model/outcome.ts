/**
 * What an operation came to: a value, or a failure that business can meet.
 * An exception is never a business failure; it is a bug.
 */
export type Outcome<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

export const ok = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({
  ok: true,
  value,
});

export const failed = <Failure>(
  failure: Failure,
): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure,
});

/** Makes the compiler prove that a switch over a union is exhaustive. */
export const unreachable = (value: never): never => {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
};
