import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { build, defineConfig, type Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * `?packed`: a file, compressed, as base64, to be undone by src/homes/packed.ts.
 *
 * Of a TypeScript file it is the worker that it makes. A set has its name before it, by which
 * src/moonlet/lab/page.py finds what a single file need not carry.
 */
function packed(): Plugin {
  return {
    name: "packed",
    enforce: "pre",
    async load(id) {
      const [path, query] = id.split("?");
      if (query !== "packed" || !path) return null;
      this.addWatchFile(path);
      const content = path.endsWith(".ts") ? await worker(path) : readFileSync(path);
      const name = /sets\/(\w+)\.json$/.exec(path)?.[1];
      const text = deflateRawSync(content, { level: 9 }).toString("base64");
      return `export default ${JSON.stringify(name === undefined ? text : `set:${name}:${text}`)};`;
    },
  };
}

async function worker(entry: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: { write: false, target: "es2022", lib: { entry, formats: ["iife"], name: "worker" } },
  });
  if (!Array.isArray(made) || !made[0]) throw new Error(`no worker came of ${entry}`);
  return made[0].output[0].code;
}

/**
 * Two builds of the one page. "site" is a static folder, whose files browsers keep. "module" is one
 * file that carries everything: a notebook loads it as a blob, which could find no second file, a
 * page of another origin may start no worker from ours, and a file on a disk may fetch nothing.
 */
export default defineConfig(({ mode }) => {
  const isSite = mode === "site";
  return {
    root: here("."),
    base: "./",
    publicDir: isSite ? "public" : false,
    plugins: [packed()],
    resolve: { alias: { carried: here(isSite ? "src/homes/fetched.ts" : "src/homes/inlined.ts") } },
    worker: { format: "es" },
    build: {
      target: "es2022",
      emptyOutDir: true,
      outDir: `../src/moonlet/lab/static/${isSite ? "site" : "module"}`,
      ...(isSite
        ? { modulePreload: { polyfill: false }, assetsInlineLimit: 0 }
        : { lib: { entry: here("src/homes/module.ts"), formats: ["es"], fileName: () => "lab.js" } }),
    },
  };
});
