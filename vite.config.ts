import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { dataFolderPlugin } from "./scripts/vite/data-folder.ts";
import { offlinePlugin } from "./scripts/vite/offline.ts";
import { securityHeaders, securityHeadersPlugin } from "./scripts/vite/security-headers.ts";

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const dataFolder = resolve(import.meta.dirname, process.env.TABTUNE_DATA ?? "data");

export default defineConfig({
  // Relative, so that the build works in any folder of any static host.
  base: "./",
  plugins: [svelte(), dataFolderPlugin(dataFolder), securityHeadersPlugin(), offlinePlugin()],
  define: { __EXTRA_DATA_HOSTS__: process.env.TABTUNE_EXTRA_DATA_HOSTS ?? "[]" },
  build: { target: "es2022", chunkSizeWarningLimit: 2000 },
  worker: { format: "es" },
  server: { headers: isolation },
  preview: { headers: securityHeaders, port: 4173 },
});
