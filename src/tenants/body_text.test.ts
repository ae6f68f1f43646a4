import { expect, it } from "vitest";
import { readBodyText } from "./body_text.ts";

const posted = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request("https://gateway.example/", {
    method: "POST",
    body,
    headers,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  });
/** Says no size beforehand; `read` counts the chunks that were asked for. */
const chunked = (chunks: readonly string[]) => {
  const seen = { read: 0 };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[seen.read];
        seen.read += 1;
        if (chunk === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(chunk));
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, request: posted(body) };
};

it("reads what is not too large, in bytes", async () => {
  expect(await readBodyText(new Request("https://gateway.example/"), 4)).toBe("");
  expect(await readBodyText(posted("åä"), 4)).toBe("åä");
  expect(await readBodyText(posted("åäö"), 4)).toBeUndefined();
});
it("puts together a letter that two chunks share", async () => {
  const [one, other] = [new Uint8Array([0xc3]), new Uint8Array([0xa5])];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(one);
      controller.enqueue(other);
      controller.close();
    },
  });
  expect(await readBodyText(posted(body), 4)).toBe("å");
});
it("believes a size that is too large, and otherwise counts no further than it must", async () => {
  expect(await readBodyText(posted("x", { "Content-Length": "5" }), 4)).toBeUndefined();
  const { seen, request } = chunked(["aaa", "bbb", "ccc", "ddd"]);
  expect(await readBodyText(request, 4)).toBeUndefined();
  expect(seen.read).toBe(2);
});
