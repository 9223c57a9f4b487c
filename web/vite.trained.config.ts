import { defineConfig } from "vite";

// The recorded trainings as a module, for a browser to run: tests/lab/browser/test_engine.py.
export default defineConfig({
  publicDir: false,
  build: {
    lib: { entry: "tests/trained_in_browser.ts", formats: ["es"], fileName: () => "trained.js" },
    outDir: "../build/page/trained",
    emptyOutDir: true,
    target: "es2022",
  },
});
