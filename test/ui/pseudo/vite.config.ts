import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const ui = resolve(import.meta.dirname, "..");
const root = resolve(ui, "..", "..");

/** English as a language that nobody speaks, wherever the page takes it from. */
const inPseudoLanguage: Plugin = {
  name: "pseudo-language",
  enforce: "pre",
  resolveId: (source) =>
    source.endsWith("messages/en/folder.ts") ? resolve(import.meta.dirname, "folder.ts") : null,
};

/** The page with invented experiments, and one with every word of the program, in the pseudo-language. */
export default defineConfig({
  root: ui,
  publicDir: resolve(root, "public"),
  plugins: [inPseudoLanguage, svelte({ configFile: resolve(root, "svelte.config.js") })],
  build: {
    target: "es2022",
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: [resolve(ui, "dev/index.html"), resolve(ui, "pseudo/words.html")],
    },
  },
});
