// What tests use of Node.js. Its own types would let the page use it as well.
declare module "node:child_process" {
  export function execFileSync(file: string, args: string[], options: { maxBuffer: number }): { toString(): string };
}

declare const process: { env: Record<string, string | undefined> };

declare module "node:fs/promises" {
  export function readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  export function readFile(path: string, encoding: "utf8"): Promise<string>;
}
