import { shapeOf, type Shape } from "../model/shape.ts";
import type { Spi } from "./operation.ts";

/** Segments below the base: words of a route stay, anything that may be an id does not. */
const pathShape = (path: string): string =>
  path
    .split("/")
    .slice(4)
    .map((segment) => (/^[a-z_]{1,30}$/.test(segment) ? segment : "(value)"))
    .join("/");

/** Keys and types of what came in, for integrators who confirm the assumed clauses; never a value. */
export const requestShape = (c: Spi, text: string): Shape => {
  let body: unknown;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch {
    body = "not JSON";
  }
  return {
    method: c.req.method,
    path: pathShape(c.req.path),
    query: shapeOf(c.req.query()),
    headers: Object.keys(c.req.header())
      .filter((name) => /^[a-z-]{1,40}$/.test(name) && !name.startsWith("cf-"))
      .toSorted(),
    ...(body === undefined ? {} : { body: shapeOf(body) }),
  };
};
