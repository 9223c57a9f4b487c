/** What the page is made of, in files beside it: the static folder, whose files browsers keep. */
import plain from "../../engine/plain.wasm?url";
import relaxed from "../../engine/relaxed.wasm?url";
import breastCancer from "../../sets/breast_cancer.json?url";
import diabetes from "../../sets/diabetes.json?url";
import digits from "../../sets/digits.json?url";
import iris from "../../sets/iris.json?url";
import wine from "../../sets/wine.json?url";
import type { BUNDLED } from "../recipe";
import type { Table } from "../table/table";
import FetchedWorker from "../worker/worker?worker";

type Bundled = (typeof BUNDLED)[number];

const SETS: Record<Bundled, string> = { iris, wine, breast_cancer: breastCancer, digits, diabetes };

export function startWorker(): Promise<Worker> {
  return Promise.resolve(new FetchedWorker());
}

/** The engine: "relaxed" fuses multiply and add, and has Python's bits. */
export async function engineBytes(kind: "relaxed" | "plain"): Promise<ArrayBuffer> {
  return (await beside(kind === "relaxed" ? relaxed : plain)).arrayBuffer();
}

export async function bundledTable(name: Bundled): Promise<Table> {
  return (await (await beside(SETS[name])).json()) as Table;
}

async function beside(address: string): Promise<Response> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`A part of the page could not be loaded: ${answer.url} answers ${answer.status}.`);
  return answer;
}
