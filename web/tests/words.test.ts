import { expect, test } from "vitest";
import numbers from "../../tests/words/numbers.json";
import { languageOf, speaker } from "../src/words";
import { written } from "../src/written";

// By Python's own formats: tests/words/numbers.py.
const { formats, rows } = numbers as unknown as { formats: string[]; rows: [number, ...string[]][] };

test.each(formats)("numbers by the format %s are those that Python writes", (format) => {
  const at = formats.indexOf(format) + 1;
  const differing = rows.filter((row) => written(row[0], format, {}) !== row[at]);
  expect(differing.map((row) => [row[0], written(row[0], format, {}), row[at]])).toEqual([]);
  expect(rows.length).toBeGreaterThan(150);
});

test("numbers beyond the finite are written as Python writes them", () => {
  expect([Infinity, -Infinity, NaN].map((x) => written(x, ".3g", {}))).toEqual(["inf", "-inf", "nan"]);
});

test("a text is filled in, in the speaker's language", () => {
  expect(speaker("en")("finding.oscillating.halve", { half: 0.5 })).toBe(
    "Halve it: learning rate 0.5; and again, should the loss still swing.",
  );
  expect(speaker("zh")("finding.oscillating.halve", { half: 0.5 })).toBe("请减半：学习率 0.5；如果损失仍然摆动，就再减半。");
});

test("a number chooses the form of a word", () => {
  const values = { limit: 20_000, fallen: 0.1, n: 5, loss: 0.5 };
  const told = [1, 2].map((quarter) => speaker("en")("finding.pace.max_iter", { ...values, quarter }));
  expect(told[0]).toContain("in the last of 5 passes");
  expect(told[1]).toContain("in the last 2 of 5 passes");
});

test("classes and inputs are called by their names", () => {
  const values = { class: 1, share: 0.05, recall: 0.5 };
  const key = "finding.imbalance_ignored.given_up";
  expect(speaker("en").filled(key, values, { class: ["well", "ill"] })).toContain("Class ill is 5.0 % of the rows");
  expect(speaker("zh").filled(key, values)).toContain("类别 编号 1 占所有行的 5.0%");
});

test("what is missing is named", () => {
  expect(() => speaker("en").filled("no.such.text", {})).toThrow('The catalogue has no text "no.such.text".');
  expect(() => speaker("en").filled("finding.oscillating.halve", {})).toThrow("has no value for half");
});

test("the element's own language goes before the browser's", () => {
  expect(languageOf("zh-Hans")).toBe("zh");
  expect(languageOf("fr")).toBe("en");
  expect(languageOf(null)).toBe("en");
});
