/** What the page is made of, carried inside of one module: single file, notebook, custom element. */
import plain from "../../engine/plain.wasm?packed";
import relaxed from "../../engine/relaxed.wasm?packed";
import InlinedWorker from "../worker/worker?worker&inline";
import { unpack } from "./packed";

export function startWorker(): Worker {
  return new InlinedWorker();
}

/** The engine: "relaxed" fuses multiply and add, and has Python's bits. */
export function engineBytes(kind: "relaxed" | "plain"): Promise<ArrayBuffer> {
  return unpack(kind === "relaxed" ? relaxed : plain);
}
