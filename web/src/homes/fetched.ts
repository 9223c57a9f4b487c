/** What the page is made of, in files beside it: the static folder, where each is kept by browsers. */
import plain from "../../engine/plain.wasm?url";
import relaxed from "../../engine/relaxed.wasm?url";
import FetchedWorker from "../worker/worker?worker";

export function startWorker(): Worker {
  return new FetchedWorker();
}

/** The engine: "relaxed" fuses multiply and add, and has Python's bits. */
export async function engineBytes(kind: "relaxed" | "plain"): Promise<ArrayBuffer> {
  const answer = await fetch(kind === "relaxed" ? relaxed : plain);
  if (!answer.ok) throw new Error(`The engine could not be loaded: ${answer.url} is ${answer.status}.`);
  return answer.arrayBuffer();
}
