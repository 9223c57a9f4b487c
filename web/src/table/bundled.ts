/** The sets that come with the page. */
import type { BUNDLED } from "../recipe";
import type { Table } from "./table";

export type Bundled = (typeof BUNDLED)[number];

export interface BundledSets {
  /** A single file leaves out the large ones that it is not about. */
  has(name: Bundled): boolean;
  table(name: Bundled): Promise<Table>;
}
