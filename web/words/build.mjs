/**
 * Writes web/src/words.generated.ts: all texts of the catalogue, and what each asks to be filled in with,
 * so that an unknown key or a forgotten value does not compile. `npm run words`; before build and test it
 * runs by itself.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const HOMES = [new URL("../../src/moonlet/words/", import.meta.url), new URL("./", import.meta.url)];

function texts(language) {
  const all = {};
  for (const home of HOMES) {
    const folder = new URL(`${language}/`, home);
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).sort()) {
      const some = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
      for (const key of Object.keys(some)) if (key in all) throw new Error(`${file}: ${key} is there already`);
      Object.assign(all, some);
    }
  }
  return all;
}

/** The placeholders of a text in the lab's voice, those of the words in it too: name to type. */
function asked(text, all) {
  const found = new Map();
  for (const [, inside] of text.matchAll(/\{([^{}]*)\}/g)) {
    if (inside.startsWith("@")) {
      const word = all[`lab.${inside.slice(1)}`];
      if (word === undefined) throw new Error(`{${inside}}: lab.${inside.slice(1)} is not in the catalogue`);
      for (const [name, type] of asked(word, all)) found.set(name, type);
      continue;
    }
    const [, name, format] = /^(?:\w+=)?(\w+)(?:[:|](.+))?$/.exec(inside) ?? [];
    if (name === undefined) throw new Error(`{${inside}} in “${text}”: see src/moonlet/words for what may stand there`);
    if (!found.has(name) || format) found.set(name, format ? "number" : "number | string");
  }
  return found;
}

const en = texts("en");
const lines = Object.entries(en).map(([key, text]) => {
  // What a parameter's phrase is filled in with, comes with the parameter.
  const values = key.startsWith("lab.parameter.") ? [] : [...asked(text, en)];
  const type = values.map(([name, type]) => `${name}: ${type}`).join("; ");
  return `  ${JSON.stringify(key)}: ${type === "" ? "Nothing" : `{ ${type} }`};`;
});
writeFileSync(
  new URL("../src/words.generated.ts", import.meta.url),
  `// Made by web/words/build.mjs from the catalogue; not to be edited, not in git.
type Nothing = Record<never, never>;
/** What each text is filled in with. */
export interface Values {
${lines.join("\n")}
}
export const TEXTS: Readonly<Record<"en" | "zh", Readonly<Record<string, string>>>> = ${JSON.stringify({ en, zh: texts("zh") }, null, 1)};
`,
);
