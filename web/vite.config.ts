import { defineConfig } from "vite";

// One entry, one file: a notebook loads it as a blob, which could find no second chunk.
export default defineConfig({
  build: {
    lib: { entry: "src/lab.ts", formats: ["es"], fileName: () => "lab.js", cssFileName: "lab" },
    outDir: "../src/moonlet/lab/static",
    emptyOutDir: true,
    target: "es2022",
  },
});
