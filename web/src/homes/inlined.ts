/** What the page is made of, carried inside of one module: single file, notebook, custom element. */
import plain from "../../engine/plain.wasm?packed";
import relaxed from "../../engine/relaxed.wasm?packed";
import breastCancer from "../../sets/breast_cancer.json?packed";
import diabetes from "../../sets/diabetes.json?packed";
import digits from "../../sets/digits.json?packed";
import iris from "../../sets/iris.json?packed";
import wine from "../../sets/wine.json?packed";
import type { BUNDLED } from "../recipe";
import type { Table } from "../table/table";
import worker from "../worker/worker.ts?packed";
import { unpack, unpackText } from "./packed";

type Bundled = (typeof BUNDLED)[number];

const SETS: Record<Bundled, string> = { iris, wine, breast_cancer: breastCancer, digits, diabetes };

/**
 * Start the worker from its own text.
 *
 * Pages that others rule (a notebook in an editor) may allow no blob, and a worker from data
 * instead: that it is refused is told only by its silence, so the text is made to say that it runs.
 */
export async function startWorker(): Promise<Worker> {
  const code = `postMessage("started");${await unpackText(worker)}`;
  const blob = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return (await started(blob)) ?? (await started(`data:text/javascript,${encodeURIComponent(code)}`)) ?? refused();
  } finally {
    URL.revokeObjectURL(blob);
  }
}

function started(address: string): Promise<Worker | null> {
  return new Promise((resolve) => {
    try {
      const made = new Worker(address);
      made.addEventListener("message", () => resolve(made), { once: true });
      made.addEventListener("error", () => resolve(null), { once: true });
    } catch {
      resolve(null);
    }
  });
}

function refused(): never {
  throw new Error("The page in which the lab stands allows no worker, and the lab trains in one.");
}

/** The engine: "relaxed" fuses multiply and add, and has Python's bits. */
export function engineBytes(kind: "relaxed" | "plain"): Promise<ArrayBuffer> {
  return unpack(kind === "relaxed" ? relaxed : plain);
}

export async function bundledTable(name: Bundled): Promise<Table> {
  return JSON.parse(await unpackText(SETS[name])) as Table;
}
