import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** The page with invented experiments: `npx vite --config test/ui/dev/vite.config.ts`. Never part of the product's build. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: resolve(import.meta.dirname, "..", "..", "..", "public"),
  plugins: [
    svelte({ configFile: resolve(import.meta.dirname, "..", "..", "..", "svelte.config.js") }),
  ],
  build: { target: "es2022", outDir: "/tmp/tabtune-fake", emptyOutDir: true },
});
