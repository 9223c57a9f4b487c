/** The compiled engine as functions that take blocks and give one: memory, errors, and the clock. */

/** What went wrong, in the engine's words. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

export type Block = Float64Array | Int32Array | Uint8Array | string;

type Call = (...numbers: number[]) => number;

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  page_input(bytes: number): number;
  page_answer(): number;
  page_error(): number;
}

/** One instance of the compiled engine. */
export class Calls {
  /** Whether it met what it cannot go on from. */
  dead = false;

  private constructor(private readonly exports: Exports & Record<string, Call>) {
    exports._initialize();
  }

  static async of(bytes: BufferSource): Promise<Calls> {
    const clock = { memory: null as WebAssembly.Memory | null };
    const { instance } = await WebAssembly.instantiate(bytes, { wasi_snapshot_preview1: system(clock) });
    const exports = instance.exports as unknown as Exports & Record<string, Call>;
    clock.memory = exports.memory;
    return new Calls(exports);
  }

  /** Calls `page_<name>` with numbers, and blocks in the order that it takes them. */
  call(name: string, numbers: readonly number[] = [], blocks: readonly Block[] = []): Result {
    if (this.dead) throw new EngineError("the engine has stopped after a fault: start it anew");
    try {
      for (const block of blocks) this.put(block);
      const size = (this.exports[`page_${name}`] as Call)(...numbers);
      if (size < 0) throw this.error();
      return new Result(this.exports.memory.buffer, this.exports.page_answer(), size);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      // A trap leaves the engine in the midst of what it did.
      this.dead = true;
      throw new EngineError(`the engine met a fault it cannot go on from (${String(error)})`);
    }
  }

  private put(block: Block): void {
    const bytes =
      typeof block === "string"
        ? new TextEncoder().encode(block)
        : new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    const at = this.exports.page_input(bytes.length);
    if (at === 0) throw this.error();
    new Uint8Array(this.exports.memory.buffer, at, bytes.length).set(bytes);
  }

  private error(): EngineError {
    const words = new Uint8Array(this.exports.memory.buffer, this.exports.page_error());
    const text = new TextDecoder().decode(words.slice(0, words.indexOf(0)));
    return new EngineError(text.replace(/#([0-9a-f]{16})/g, (_, digits: string) => written(digits)));
  }
}

/** A number from the digits of its bits. */
function written(digits: string): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${digits}`));
  return String(view.getFloat64(0));
}

/** What a call gave: to be read before the next one. */
export class Result {
  constructor(
    private readonly memory: ArrayBuffer,
    private readonly at: number,
    private readonly size: number,
  ) {}

  numbers(): Float64Array<ArrayBuffer> {
    return new Float64Array(this.memory.slice(this.at, this.at + this.size));
  }

  /** The first number. */
  number(): number {
    return new DataView(this.memory).getFloat64(this.at, true);
  }

  /** As it lies in the engine's memory: gone with the next call. */
  floats(): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory, this.at, this.size / Float32Array.BYTES_PER_ELEMENT);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.slice(this.at, this.at + this.size));
  }

  text(): string {
    return new TextDecoder().decode(new Uint8Array(this.memory, this.at, this.size));
  }
}

// What the C++ library asks of a system: the time, and to be told of its end.
function system(clock: { memory: WebAssembly.Memory | null }): WebAssembly.ModuleImports {
  const unsupported = 52; // WASI's ENOSYS
  const functions: Record<string, (...given: never[]) => number> = {
    clock_time_get: (_clock: number, _precision: bigint, at: number) => {
      // Asked before every pass: in two halves, for a BigInt would be one more thing to be collected.
      const nanoseconds = Math.round(performance.now() * 1e6);
      const memory = new DataView((clock.memory as WebAssembly.Memory).buffer);
      memory.setUint32(at, nanoseconds % 2 ** 32, true);
      memory.setUint32(at + 4, nanoseconds / 2 ** 32, true);
      return 0;
    },
    proc_exit: (code: number) => {
      throw new Error(`it ended with code ${code}`);
    },
  };
  return new Proxy(functions, { get: (known, name: string) => known[name] ?? (() => unsupported) });
}
