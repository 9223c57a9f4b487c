/**
 * Plain CSV, read in the page: what moonlet's reader would read alike, or nothing.
 *
 * The reader knows dates, units, signs of thousands, gap words and much more; here a table is read
 * only if there is nothing to decide: cells are plain numbers with a decimal point, or words without
 * digits. Everything else is refused with its place, and with who can read it.
 */
import { TableError } from "./goal";
import { MOST_COLUMNS, MOST_ROWS, type Column, type ColumnNote, type Table } from "./table";

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;
const GAPS = new Set(["", "na", "nan", "n/a", "null", "?", "-"]);
const PAIRS = ["false/true", "no/yes", "n/y", "f/t", "off/on", "nein/ja", "non/oui", "no/sí", "no/si", "não/sim", "nao/sim",
  "nej/ja", "nee/ja", "нет/да", "否/是", "falsch/wahr", "faux/vrai", "いいえ/はい"].map((pair) => pair.split("/") as [string, string]);
const COUNTERS = new Set(("row rows rownames row_names rownum row_number index idx id no no. nr nr. # number obs observation case " +
  "record rec sno s.no s.no. sl_no unnamed").split(" ").concat("row names", "row number"));
const LARGEST = 1e150;

export function readCsv(name: string, text: string): Table {
  const lines = records(name, text);
  const header = lines[0]?.cells;
  const rows = lines.slice(1);
  if (!header || rows.length === 0) throw new TableError(`${name}: there are no rows below a line of names.`);
  if (rows.length > MOST_ROWS) throw new TableError(`${name}: the lab takes ${MOST_ROWS} rows at most, and here are ${rows.length}.`);
  if (header.length < 2) throw new TableError(`${name}: this is the only column. Add columns to predict it from.`);
  if (header.length > MOST_COLUMNS) throw new TableError(`${name}: the lab takes ${MOST_COLUMNS} columns at most.`);
  checkNames(name, header);
  for (const { cells, line } of rows) {
    if (cells.length !== header.length) {
      throw new TableError(`${name}, line ${line}: ${cells.length} cells, where the first line has ${header.length}.`);
    }
  }
  const columns: Column[] = [];
  const notes: ColumnNote[] = [];
  header.forEach((title, i) => {
    const column = readColumn(name, title, rows.map(({ cells, line }) => ({ text: cells[i]!, line })));
    const isTarget = i === header.length - 1;
    const reason = isTarget ? "" : reasonToLeaveOut(column, columns.length === 0);
    notes.push({ name: title, kind: reason ? "left out" : column.kind, note: reason });
    if (!reason) columns.push(column);
  });
  const target = header.at(-1)!;
  return { name, said: { target }, columns, notes, target, task: null, schema: null };
}

interface Line {
  cells: string[];
  line: number;
}

function elsewhere(name: string, line: number, what: string): TableError {
  return new TableError(`${name}, line ${line}: ${what} The page by itself reads plain tables only: "moonlet lab ${name}" reads this one.`);
}

/** Split text into records; a quoted cell may hold the sign between cells, line ends and, twice, the quote. */
function records(name: string, text: string): Line[] {
  const whole = text.replace(/^\ufeff/, "");
  const first = whole.slice(0, whole.search(/\r?\n|$/)).replace(/"[^"]*"/g, "");
  const found = [",", ";", "\t", "|"].filter((sign) => first.includes(sign));
  if (found.length > 1) throw elsewhere(name, 1, "the names can be split in more than one way.");
  const sign = found[0] ?? ",";
  const made: Line[] = [];
  let line = 1;
  let at = 0;
  while (at < whole.length) {
    const record: Line = { cells: [], line };
    for (;;) {
      let cell = "";
      const quoted = whole[at] === '"';
      if (quoted) {
        let end = at + 1;
        while (end < whole.length && (whole[end] !== '"' || whole[end + 1] === '"')) end += whole[end] === '"' ? 2 : 1;
        if (end >= whole.length) throw elsewhere(name, line, "a quote is not closed.");
        cell = whole.slice(at + 1, end).replaceAll('""', '"');
        at = end + 1;
      } else {
        const end = at + whole.slice(at).search(/[,;\t|\r\n]|$/);
        let stop = end;
        while (stop < whole.length && whole[stop] !== sign && whole[stop] !== "\n" && whole[stop] !== "\r") stop += 1;
        cell = whole.slice(at, stop);
        at = stop;
        if (cell.includes('"')) throw elsewhere(name, line, "a quote stands within a cell.");
      }
      record.cells.push(cell.trim());
      line += cell.split("\n").length - 1;
      if (whole[at] !== sign) break;
      at += 1;
    }
    if (at < whole.length && whole[at] !== "\n" && !(whole[at] === "\r" && whole[at + 1] === "\n")) {
      throw elsewhere(name, line, "something stands behind a closed quote.");
    }
    at += whole[at] === "\r" ? 2 : 1;
    line += 1;
    made.push(record);
  }
  const blank = made.findIndex(({ cells }, i) => i < made.length && cells.length === 1 && cells[0] === "");
  if (blank >= 0 && made.slice(blank).some(({ cells }) => cells.length > 1)) throw elsewhere(name, made[blank]!.line, "this line is empty.");
  return blank >= 0 ? made.slice(0, blank) : made;
}

function checkNames(name: string, header: string[]): void {
  header.forEach((title, i) => {
    if (!title || !/\p{L}/u.test(title)) {
      throw new TableError(`${name}, line 1: column ${i + 1} has no name. Put a line with the names of the columns above the first row.`);
    }
    if (header.indexOf(title) < i) throw new TableError(`${name}, line 1: two columns are called "${title}". Rename one.`);
  });
}

function readColumn(name: string, title: string, cells: { text: string; line: number }[]): Column {
  const plain = { name: title, from: null };
  const isGap = (text: string): boolean => GAPS.has(text.toLowerCase());
  const numbers = cells.filter(({ text }) => NUMBER.test(text));
  if (numbers.length > 0) {
    const other = cells.find(({ text }) => !NUMBER.test(text) && !isGap(text));
    if (other) throw elsewhere(name, other.line, `"${other.text}" stands in column "${title}" among numbers.`);
    checkNumbers(name, title, numbers);
    return { ...plain, kind: "number", labels: [], cells: cells.map(({ text }) => (isGap(text) ? null : Number(text))) };
  }
  const strange = cells.find(({ text }) => /[\d\p{Sc}%]/u.test(text) || (text !== "" && !/\p{L}/u.test(text)));
  if (strange) throw elsewhere(name, strange.line, `"${strange.text}" in column "${title}" is neither a plain number nor a word.`);
  const known = [...new Set(cells.map(({ text }) => text))].filter((text) => text !== "");
  if (known.includes(title)) throw elsewhere(name, 1, `"${title}" may be a name or a label.`);
  if (known.some(isGap)) throw elsewhere(name, 1, `column "${title}" has words that may stand for gaps.`);
  const pair = known.length === 2 ? PAIRS.find((two) => two.every((word) => known.some((text) => text.toLowerCase() === word))) : undefined;
  const labels = pair ? pair.map((word) => known.find((text) => text.toLowerCase() === word)!) : known.sort(byCodePoints);
  const places = new Map(labels.map((label, i) => [label, i]));
  return { ...plain, kind: pair ? "yes/no" : "category", labels, cells: cells.map(({ text }) => places.get(text) ?? null) };
}

function checkNumbers(name: string, title: string, numbers: { text: string; line: number }[]): void {
  const values = numbers.map(({ text }) => Number(text));
  const beyond = values.findIndex((value) => Math.abs(value) > (Number.isInteger(value) ? 2 ** 53 : LARGEST));
  if (beyond >= 0) throw elsewhere(name, numbers[beyond]!.line, `${numbers[beyond]!.text} in column "${title}" is too large.`);
  if (values.every((value) => Number.isInteger(value) && value >= 17_000_101 && value <= 20_991_231)) {
    throw elsewhere(name, numbers[0]!.line, `column "${title}" may hold dates.`);
  }
  const dotted = numbers.filter(({ text }) => text.includes("."));
  if (dotted.length > 0 && dotted.every(({ text }) => /^-?\d{1,3}\.\d{3}$/.test(text))) {
    throw elsewhere(name, dotted[0]!.line, `the point of ${dotted[0]!.text} in column "${title}" may be one of thousands.`);
  }
}

/** The rules of `moonlet.data.leave_out`. */
function reasonToLeaveOut({ name, kind, labels, cells }: Column, isFirst: boolean): string {
  const filled = cells.filter((cell) => cell !== null);
  if (filled.length === 0) return "no value in any row";
  const different = new Set(filled).size;
  if (different === 1) return `the same ${kind === "number" ? kind : "label"} in every row`;
  if (kind === "category" && ((labels.length >= 10 && 2 * labels.length > filled.length) || labels.length > 1000)) {
    return `${labels.length} different labels in ${filled.length} rows: an id or free text`;
  }
  if (kind !== "number" || !isFirst || !COUNTERS.has(name.toLowerCase())) return "";
  const counts = filled.length > 2 && (filled[0] === 0 || filled[0] === 1) && filled.every((cell, i) => i === 0 || cell - filled[i - 1]! === 1);
  if (counts) return "it counts the rows";
  const isId = filled.length >= 10 && filled.every(Number.isInteger) && different === filled.length;
  return isId ? `${different} different whole numbers in ${filled.length} rows: an id` : "";
}

function byCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const at = left.findIndex((sign, i) => sign !== right[i]);
  if (at < 0) return left.length - right.length;
  return right[at] === undefined ? 1 : left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
}
