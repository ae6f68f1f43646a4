/**
 * Reads a body as text, and no more of it than may be; undefined when it is larger.
 * A chunked body says its size only as it comes, so it is counted. Called once the credential
 * is known to be right: what a stranger sends is not read.
 */
export const readBodyText = async (
  request: Request,
  largest: number,
): Promise<string | undefined> => {
  if (Number(request.headers.get("Content-Length") ?? 0) > largest) return undefined;
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > largest) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};
