import { expect, test } from "vitest";
import { bytes, floats, unpack } from "../src/buffers";

function packed(content: unknown, buffers: Uint8Array[]): ArrayBuffer {
  let head = JSON.stringify([content, buffers.map((b) => b.length)]);
  head += " ".repeat((8 - ((head.length + 4) % 8)) % 8);
  const padded = buffers.map((b) => Math.ceil(b.length / 8) * 8);
  const message = new Uint8Array(4 + head.length + padded.reduce((a, b) => a + b, 0));
  new DataView(message.buffer).setUint32(0, head.length, true);
  message.set(new TextEncoder().encode(head), 4);
  let at = 4 + head.length;
  buffers.forEach((b, i) => {
    message.set(b, at);
    at += padded[i]!;
  });
  return message.buffer;
}

test("a message is taken apart into its report and its buffers", () => {
  const numbers = new Float32Array([1.5, -2]);
  const message = packed({ type: "Frame" }, [new Uint8Array([1, 2, 3]), new Uint8Array(numbers.buffer)]);
  const { content, buffers } = unpack(message);
  expect(content).toEqual({ type: "Frame" });
  expect([...bytes(buffers, 0)]).toEqual([1, 2, 3]);
  expect([...floats(buffers, 1)]).toEqual([1.5, -2]);
});

test("floats are read from a view that begins at any byte", () => {
  const shifted = new Uint8Array(9);
  shifted.set(new Uint8Array(new Float32Array([7, 8]).buffer), 1);
  expect([...floats([new DataView(shifted.buffer, 1, 8)], 0)]).toEqual([7, 8]);
});

test("a buffer that did not come is empty", () => {
  expect(bytes([], 3).length).toBe(0);
  expect(floats([], 3).length).toBe(0);
});
