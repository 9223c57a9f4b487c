/** What cannot be done, in words of the catalogue. */
import { TableError } from "../table/goal";
import type { Problem } from "./protocol";

export class ProblemError extends Error {
  constructor(
    readonly key: string,
    readonly values: Record<string, string | number> = {},
  ) {
    super(key);
    this.name = "ProblemError";
  }
}

/** An error as the page can tell it; a sentence of somebody else's as it is. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return { key: error.key, values: error.values };
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof TableError) return { key: "problem.table", values: { text } };
  return { key: "problem.engine", values: { text } };
}
