import { expect, test } from "vitest";
import { setting } from "../src/script/python";
import { literal } from "../src/script/literal";

test.each([
  ["Möwe", '"Möwe"'],
  ["😀 𠮷", '"😀 𠮷"'],
  ['a"b\\', '"a\\"b\\\\"'],
  ["line\nend\u2028", '"line\\nend\\u2028"'],
  ["\u202eevil\u{E0001}", '"\\u202eevil\\U000e0001"'],
  [null, "None"],
  [true, "True"],
  [1e-7, "1e-7"],
  [[1, "a"], '[1, "a"]'],
  [{ kinds: { a: "number" } }, '{"kinds": {"a": "number"}}'],
])("%j becomes Python's literal", (value, written) => {
  expect(literal(value)).toBe(written);
});

test("a weight's place in the flat vector is its place in coefs_ or intercepts_", () => {
  const layers = [2, 3, 1];
  expect(setting([[4, 0.5], [6, -1], [8, 2], [11, 3], [12, 4]], layers)).toEqual([
    "network.coefs_[0][1, 1] = 0.5",
    "network.intercepts_[0][0] = -1",
    "network.intercepts_[0][2] = 2",
    "network.coefs_[1][2, 0] = 3",
    "network.intercepts_[1][0] = 4",
  ]);
});
