/** What the page is made of, in files beside it: the static folder, whose files browsers keep. */
import engine from "../../engine/relaxed.wasm?url";
import breastCancer from "../../sets/breast_cancer.json?url";
import diabetes from "../../sets/diabetes.json?url";
import digits from "../../sets/digits.json?url";
import iris from "../../sets/iris.json?url";
import wine from "../../sets/wine.json?url";
import type { Started } from "../worker/protocol";
import type { Bundled, BundledSets } from "../table/bundled";
import type { Table } from "../table/table";
import FetchedWorker from "../worker/worker?worker";

const ADDRESSES: Record<Bundled, string> = { iris, wine, breast_cancer: breastCancer, digits, diabetes };

/** At once: what the worker has to do goes on while the page is laid out, the engine's own coming too. */
export async function startWorker(started: Started): Promise<void> {
  started(new FetchedWorker(), engine);
}

export const sets: BundledSets = {
  has: () => true,
  table: async (name) => (await (await beside(ADDRESSES[name])).json()) as Table,
};

async function beside(address: string): Promise<Response> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`A part of the page could not be loaded: ${answer.url} answers ${answer.status}.`);
  return answer;
}
