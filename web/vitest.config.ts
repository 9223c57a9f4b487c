import { defineConfig } from "vitest/config";

// Node.js 20 has relaxed SIMD, but wants to be asked for it; later ones don't know the flag.
const flags = process.versions.node.startsWith("20.") ? ["--experimental-wasm-relaxed-simd"] : [];

export default defineConfig({
  test: { execArgv: flags },
});
