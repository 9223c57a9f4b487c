/** A recipe as the text that a link carries behind its "#". */
import { DEFAULTS, parse, RecipeError, VERSION, type Recipe } from "../recipe";

/** The same recipe without what is as usual anyway: what is written out. */
export function brief(whole: Recipe): Record<string, unknown> {
  return { version: VERSION, ...(difference(whole, DEFAULTS) as object | undefined) };
}

/** Those parts of a value that are not as usual; undefined where it is as usual. */
export function difference(value: unknown, usual: unknown): unknown {
  if (JSON.stringify(value) === JSON.stringify(usual)) return undefined;
  if (!isPlain(value) || !isPlain(usual)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, difference(inner, usual[name])] as const)
      .filter(([, inner]) => inner !== undefined),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What browsers and chat programs still carry, in characters; and what a link may swell to. */
export const LONGEST_LINK = 100_000;
const MOST_UNPACKED = 4_000_000;

/** A recipe as letters, digits, "-" and "_": for a link's part behind "#recipe=". */
export async function encode(whole: Recipe): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(brief(whole)));
  const packed = await through(json, new CompressionStream("deflate-raw"), Infinity);
  let binary = "";
  for (const byte of packed) binary += String.fromCharCode(byte);
  const written = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  if (written.length > LONGEST_LINK) throw new RecipeError("recipe", `a link of ${LONGEST_LINK} characters at most`, written.length);
  return written;
}

/** Read what `encode` wrote, or anybody else. */
export async function decode(written: string): Promise<Recipe> {
  const nothing = (): never => {
    throw new RecipeError("recipe", "text that a lab wrote", written.slice(0, 40));
  };
  if (!/^[A-Za-z0-9_-]+$/.test(written)) nothing();
  let json: unknown;
  try {
    const binary = atob(written.replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const unpacked = await through(packed, new DecompressionStream("deflate-raw"), MOST_UNPACKED);
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(unpacked));
  } catch (error) {
    if (error instanceof RecipeError) throw error;
    nothing();
  }
  return parse(json);
}

async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>;
  // Errors come out at the reading end.
  void writer.write(bytes).catch(() => {});
  void writer.close().catch(() => {});
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = (stream.readable as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new RecipeError("recipe", `${most} characters at most when unpacked`, "more");
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
