/** What was compressed to stand as text in a page. */

/** Undo base64 of "deflate-raw". */
export async function unpack(text: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(unpacked).arrayBuffer();
}

export async function unpackText(text: string): Promise<string> {
  return new TextDecoder().decode(await unpack(text));
}
