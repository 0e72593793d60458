import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { dataFolderPlugin } from "./scripts/vite/data-folder.ts";
import { securityHeaders, securityHeadersPlugin } from "./scripts/vite/security-headers.ts";

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  // Relative, so that the build works in any folder of any static host.
  base: "./",
  plugins: [
    svelte(),
    dataFolderPlugin(resolve(import.meta.dirname, "data")),
    securityHeadersPlugin(),
  ],
  build: { target: "es2022", chunkSizeWarningLimit: 2000 },
  // Data hosts of a deployment's own, besides the listed ones; in the content security policy as well.
  define: { __EXTRA_DATA_HOSTS__: process.env.TABTUNE_EXTRA_DATA_HOSTS ?? "[]" },
  worker: { format: "es" },
  server: { headers: isolation },
  preview: { headers: securityHeaders, port: 4173 },
});
