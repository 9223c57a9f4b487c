/** Which of the engine's two builds a browser runs, found out by asking its processor. */

/** "relaxed" has fused multiply-adds, and so Python's bits; "plain" runs wherever SIMD does. */
export type Build = "relaxed" | "plain";

// (func (export "f") (param f64 f64 f64) (result f64)): f64x2.relaxed_madd of the three, its first lane.
const RELAXED_MADD = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
  0x01, 0x08, 0x01, 0x60, 0x03, 0x7c, 0x7c, 0x7c, 0x01, 0x7c,
  0x03, 0x02, 0x01, 0x00,
  0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00,
  0x0a, 0x16, 0x01, 0x14, 0x00,
  0x20, 0x00, 0xfd, 0x14, 0x20, 0x01, 0xfd, 0x14, 0x20, 0x02, 0xfd, 0x14,
  0xfd, 0x87, 0x02, 0xfd, 0x21, 0x00, 0x0b,
]); // prettier-ignore

/**
 * The build that gives Python's bits here, else the plain one.
 *
 * A browser that knows relaxed SIMD may round a product before it adds, where the processor cannot
 * do otherwise: so the answer is computed, not looked up.
 */
export function usableBuild(forced?: Build): Build {
  return forced ?? (fuses() ? "relaxed" : "plain");
}

function fuses(): boolean {
  if (!WebAssembly.validate(RELAXED_MADD)) return false;
  const madd = new WebAssembly.Instance(new WebAssembly.Module(RELAXED_MADD)).exports["f"] as (
    a: number,
    b: number,
    c: number,
  ) => number;
  // (1 + 2^-30)^2 = 1 + 2^-29 + 2^-60, whose last term no double beside 1 can hold.
  const a = 1 + 2 ** -30;
  return madd(a, a, -(1 + 2 ** -29)) === 2 ** -60;
}
