/**
 * The build for browsers and processors without a fused multiply-add, made from the one that has it.
 *
 * relaxed_madd becomes a product and a sum, which round twice, relaxed_laneselect becomes bitselect;
 * all else stays, to the byte. So there is one engine to compile and to carry, and what it does
 * elsewhere differs in rounding only.
 *
 * Opcodes and their immediates: the WebAssembly specification 3.0, section 5.4, "Instructions".
 */

const CODE = 10;
const V128 = 0x7b;
const [LOCAL_GET, LOCAL_SET, SIMD] = [0x20, 0x21, 0xfd];
const BITSELECT = [SIMD, 0x52];
/** By the opcode after 0xfd: product, sum, and the sign's change. */
const MADD = new Map([
  [0x105, { product: [0xe6, 0x01], sum: [0xe4, 0x01], negated: null }],
  [0x106, { product: [0xe6, 0x01], sum: [0xe4, 0x01], negated: [0xe1, 0x01] }],
  [0x107, { product: [0xf2, 0x01], sum: [0xf0, 0x01], negated: null }],
  [0x108, { product: [0xf2, 0x01], sum: [0xf0, 0x01], negated: [0xed, 0x01] }],
]);
const [FIRST_LANESELECT, LAST_LANESELECT] = [0x109, 0x10c];

class Reader {
  at = 0;

  constructor(readonly bytes: Uint8Array) {}

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new RangeError("the module ends in the midst of itself");
    return byte;
  }

  /** An unsigned number; of a signed one, only where it ends is of use. */
  number(): number {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  numbers(n: number): void {
    for (let i = 0; i < n; i++) this.number();
  }

  /** The next bytes, as a module's part of their own. */
  part(length: number): Reader {
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError("the module ends in the midst of itself");
    return new Reader(this.bytes.subarray(this.at - length, this.at));
  }
}

function written(value: number): number[] {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return [...bytes, value];
}

/** The same module without relaxed instructions. */
export function plainBuild(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new Reader(module);
  const parts: (Uint8Array | number[])[] = [reader.part(8).bytes];
  let parameters: number[] = [];
  const functions: number[] = [];
  while (reader.at < module.length) {
    const id = reader.byte();
    const section = reader.part(reader.number());
    let content = [section.bytes] as typeof parts;
    if (id === 1) parameters = parametersOf(section);
    else if (id === 3) for (let left = section.number(); left > 0; left--) functions.push(parameters[section.number()]!);
    else if (id === CODE) {
      const n = section.number();
      content = [written(n), ...functions.flatMap((count) => plainFunction(section.part(section.number()), count))];
    }
    parts.push([id, ...written(lengthOf(content))], ...content);
  }
  const made = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}

const lengthOf = (parts: readonly ArrayLike<number>[]): number => parts.reduce((sum, { length }) => sum + length, 0);

/** How many parameters each type of a function has. */
function parametersOf(section: Reader): number[] {
  return Array.from({ length: section.number() }, () => {
    section.byte();
    const n = section.number();
    section.numbers(n);
    section.numbers(section.number());
    return n;
  });
}

/** A function's length, locals and code, with one more local, for the summand, where it takes one. */
function plainFunction(body: Reader, nParameters: number): (Uint8Array | number[])[] {
  const nGroups = body.number();
  const declared = body.at;
  let nLocals = nParameters;
  for (let group = 0; group < nGroups; group++) {
    nLocals += body.number();
    body.byte();
  }
  const locals = body.bytes.subarray(declared, body.at);
  const summand = written(nLocals);
  const code: (Uint8Array | number[])[] = [];
  let kept = body.at;
  let isSumming = false;
  const replace = (from: number, instead: number[]): void => {
    code.push(body.bytes.subarray(kept, from), instead);
    kept = body.at;
  };
  while (body.at < body.bytes.length) {
    const from = body.at;
    const simd = skip(body);
    const madd = MADD.get(simd);
    if (madd) {
      const sign = madd.negated ? [SIMD, ...madd.negated] : [];
      replace(from, [LOCAL_SET, ...summand, SIMD, ...madd.product, ...sign, LOCAL_GET, ...summand, SIMD, ...madd.sum]);
      isSumming = true;
    } else if (simd >= FIRST_LANESELECT && simd <= LAST_LANESELECT) replace(from, BITSELECT);
    else if (simd >= 0x100) throw new RangeError(`the plain build knows nothing to take for the relaxed instruction ${simd}`);
  }
  code.push(body.bytes.subarray(kept));
  const head = isSumming ? [written(nGroups + 1), locals, [1, V128]] : [written(nGroups), locals];
  const made = [...head, ...code];
  return [written(lengthOf(made)), ...made];
}

/** Read one instruction with all that belongs to it; give its number after 0xfd, or -1. */
function skip(code: Reader): number {
  const opcode = code.byte();
  if (opcode === SIMD) {
    const simd = code.number();
    if (simd <= 11 || simd === 92 || simd === 93) code.numbers(2);
    else if (simd === 12 || simd === 13) code.part(16);
    else if (simd >= 21 && simd <= 34) code.byte();
    else if (simd >= 84 && simd <= 91) code.numbers(3);
    return simd;
  }
  if (opcode === 0xfc) code.numbers(AFTER_FC[code.number()] ?? 0);
  else if (opcode === 0x0e) code.numbers(code.number() + 1);
  else if (opcode === 0x1c) code.numbers(code.number());
  else if (opcode === 0x43) code.part(4);
  else if (opcode === 0x44) code.part(8);
  else if (opcode === 0x1f) {
    code.number();
    for (let left = code.number(); left > 0; left--) code.numbers(code.byte() < 2 ? 2 : 1);
  } else if (opcode >= 0x28 && opcode <= 0x3e) code.numbers(2);
  else if (TWO.has(opcode)) code.numbers(2);
  else if (ONE.has(opcode)) code.number();
  else if (opcode > 0xd2) throw new RangeError(`the plain build does not know the instruction ${opcode}`);
  return -1;
}

/** How many numbers follow: indirect calls; blocks, branches, calls, locals, globals, tables, constants. */
const TWO = new Set([0x11, 0x13]);
const ONE = new Set([
  0x02, 0x03, 0x04, 0x06, 0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x12, 0x18, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26,
  0x3f, 0x40, 0x41, 0x42, 0xd0, 0xd2,
]);
const AFTER_FC = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];
