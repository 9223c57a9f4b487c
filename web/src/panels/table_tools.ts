/** A table of one's own: opened from a file, or pasted. */
import { button, lockable, make } from "../element";
import type { Lab } from "../lab_state";
import { readCsv } from "../table/csv";
import type { Table } from "../table/table";
import { withSource } from "./data";

const MOST_BYTES = 3_000_000;

/** `onTable` is told before a table is trained on. */
export function tableTools(lab: Lab, onTable: () => void): HTMLElement {
  const { say } = lab;
  const file = make("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", "aria-label": say("table.upload") });
  if (lab.home.readTable) file.removeAttribute("accept");
  const text = make("textarea", { rows: 4, "aria-label": say("table.paste"), placeholder: say("table.example"), spellcheck: "false" });
  const use = (table: Table): void => {
    onTable();
    lab.change((r) => ({ ...r, data: { ...withSource(r.data, "table"), table } }));
  };
  const read = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    try {
      use(lab.home.readTable ? await lab.home.readTable({ name, bytes }) : readCsv(name, decoded(bytes, say("table.not_utf8"))));
    } catch (error) {
      lab.tell((error as Error).message);
    }
  };
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    // Its size is known before anything of it is read.
    if (chosen.size > MOST_BYTES) lab.tell(say("table.too_large"));
    else await read(chosen.name.slice(0, 200), new Uint8Array(await chosen.arrayBuffer()));
    file.value = "";
  });
  const paste = button(say("table.use"), () => void read(say("table.pasted"), new TextEncoder().encode(text.value)), "small");
  return lockable("data.source", "table-tools", file, text, paste);
}

/** Text that is UTF-8: with replacement marks two labels would become one. */
function decoded(bytes: Uint8Array, complaint: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error(complaint);
  }
}
