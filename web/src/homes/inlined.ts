/** What the page is made of, carried inside of one module: single file, notebook, custom element. */
import engine from "../../engine/relaxed.wasm?packed";
import breastCancer from "../../sets/breast_cancer.json?packed";
import diabetes from "../../sets/diabetes.json?packed";
import digits from "../../sets/digits.json?packed";
import iris from "../../sets/iris.json?packed";
import wine from "../../sets/wine.json?packed";
import type { Started } from "../worker/protocol";
import type { Bundled, BundledSets } from "../table/bundled";
import type { Table } from "../table/table";
import worker from "../worker/worker.ts?packed";
import { unpack, unpackText } from "./packed";

const PACKED: Record<Bundled, string> = { iris, wine, breast_cancer: breastCancer, digits, diabetes };

/**
 * Start the worker from its own text.
 *
 * Pages that others rule (a notebook in an editor) may allow no blob, and a worker from data
 * instead: that it is refused is told only by its silence, so the text is made to say that it runs.
 */
export async function startWorker(told: Started): Promise<void> {
  const bytes = unpack(engine);
  const code = `postMessage("started");${await unpackText(worker)}`;
  const blob = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    const worker = (await started(blob)) ?? (await started(`data:text/javascript,${encodeURIComponent(code)}`)) ?? refused();
    told(worker, await bytes);
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

// "set:" and its name stand before each: vite.config.ts.
const contentOf = (name: Bundled): string => PACKED[name].split(":")[2] ?? "";

export const sets: BundledSets = {
  has: (name) => contentOf(name) !== "",
  table: async (name) => JSON.parse(await unpackText(contentOf(name))) as Table,
};
