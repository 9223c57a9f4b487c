/** The build for browsers that cannot fuse is the other one, with its products rounded. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { plainBuild } from "../src/engine/plain";

// (func (export "f") (param f64 f64 f64) (result f64)) with one local: its opcode of the three, lane 0.
const module = (opcode: number, lane = 0x14): Uint8Array =>
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 8, 1, 0x60, 3, 0x7c, 0x7c, 0x7c, 1, 0x7c, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0],
    ...[0x0a, 0x18, 1, 0x16, 1, 1, 0x7f, 0x20, 0, 0xfd, lane, 0x20, 1, 0xfd, lane, 0x20, 2, 0xfd, lane],
    ...[0xfd, (opcode & 0x7f) | 0x80, opcode >> 7, 0xfd, 0x21, 0, 0x0b],
  ]);
const run = async (bytes: Uint8Array<ArrayBuffer>): Promise<(a: number, b: number, c: number) => number> => {
  const { instance } = await WebAssembly.instantiate(bytes);
  return instance.exports["f"] as (a: number, b: number, c: number) => number;
};

test("a product is rounded before it is added, whatever the processor can do", async () => {
  const [a, b, c] = [1 + 2 ** -30, 1 + 2 ** -30, -(1 + 2 ** -29)];
  expect((await run(plainBuild(module(0x107))))(a, b, c)).toBe(a * b + c);
  expect((await run(plainBuild(module(0x108))))(a, b, -c)).toBe(-(a * b) - c);
  expect((await run(plainBuild(module(0x107))))(3, 5, 7)).toBe(22);
  expect((await run(plainBuild(module(0x108))))(3, 5, 7)).toBe(-8);
});

test("lanes are selected bit by bit", async () => {
  const select = await run(plainBuild(module(0x10c)));
  const ones = new Float64Array(new BigUint64Array([0x7fff_ffff_ffff_ffffn]).buffer)[0] as number;
  expect(select(2.5, 7.5, 0)).toBe(7.5);
  expect(select(2.5, 7.5, ones)).toBe(2.5);
});

test("an instruction that it knows nothing to take for is refused, and not passed on", () => {
  expect(() => plainBuild(module(0x10d))).toThrow("nothing to take for the relaxed instruction 269");
  expect(() => plainBuild(module(0x107).subarray(0, 50))).toThrow("ends in the midst");
});

test("the engine without fused products is a module of the same calls, and made but once", async () => {
  const fused = new Uint8Array(await readFile("engine/relaxed.wasm"));
  const plain = plainBuild(fused);
  expect(WebAssembly.validate(plain)).toBe(true);
  const again = plainBuild(plain);
  expect(again.length === plain.length && again.every((byte, i) => byte === plain[i])).toBe(true);
  const exports = (bytes: Uint8Array<ArrayBuffer>): unknown => WebAssembly.Module.exports(new WebAssembly.Module(bytes));
  expect(exports(plain)).toEqual(exports(fused));
  expect(plain.length - fused.length).toBeGreaterThan(100);
});
