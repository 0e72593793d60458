import { relative, resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const root = resolve(import.meta.dirname, "..", "..");

/** Notes every component file that is drawn in `window.drawn`: the test compares them with the files there are. */
const notesDrawn: Plugin = {
  name: "notes-drawn",
  enforce: "pre",
  transform(code, id) {
    if (!id.endsWith(".svelte")) return null;
    const note = `(globalThis.drawn ??= new Set()).add(${JSON.stringify(relative(root, id))});`;
    const script = /<script(?![^>]*\bmodule\b)[^>]*>/;
    if (!script.test(code)) return `<script>${note}</script>\n${code}`;
    return code.replace(script, (tag) => `${tag}\n${note}`);
  },
};

/** `npm run gallery`: every component and chart in every state, with invented experiments. Never part of the product's build. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: resolve(root, "public"),
  plugins: [notesDrawn, svelte({ configFile: resolve(root, "svelte.config.js") })],
  build: { target: "es2022", chunkSizeWarningLimit: 2000 },
});
