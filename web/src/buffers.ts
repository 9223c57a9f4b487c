/** What came with a report: bytes, laid out as `messages.ts` says. */
export type Buffers = DataView[];

export function bytes(buffers: Buffers, index: number): Uint8Array {
  const view = buffers[index];
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array();
}

export function floats(buffers: Buffers, index: number): Float32Array {
  const view = buffers[index];
  if (!view) return new Float32Array();
  // A notebook may hand over a view that does not begin at a multiple of four.
  const at = view.byteOffset;
  const buffer = at % 4 ? view.buffer.slice(at, at + view.byteLength) : view.buffer;
  return new Float32Array(buffer as ArrayBuffer, at % 4 ? 0 : at, view.byteLength / 4);
}

/** Take a binary message apart: the length of the JSON, the JSON, the buffers, 8-byte aligned. */
export function unpack(message: ArrayBuffer): { content: unknown; buffers: Buffers } {
  const headLength = new DataView(message).getUint32(0, true);
  const head = new TextDecoder().decode(new Uint8Array(message, 4, headLength));
  const [content, lengths] = JSON.parse(head) as [unknown, number[]];
  const buffers: Buffers = [];
  let at = 4 + headLength;
  for (const length of lengths) {
    buffers.push(new DataView(message, at, length));
    at += Math.ceil(length / 8) * 8;
  }
  return { content, buffers };
}
