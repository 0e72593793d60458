import { resolve } from "node:path";
import { mergeConfig, type Plugin } from "vite";
import gallery from "../vite.config.ts";

/** English as a language that nobody speaks, wherever the page takes it from. */
const inPseudoLanguage: Plugin = {
  name: "pseudo-language",
  enforce: "pre",
  resolveId: (source) =>
    /\ben\/folder\.ts$/.test(source) ? resolve(import.meta.dirname, "folder.ts") : null,
};

/** The gallery, and a page with every word of the program, in the pseudo-language. */
export default mergeConfig(gallery, {
  plugins: [inPseudoLanguage],
  build: {
    rollupOptions: {
      input: ["../index.html", "words.html"].map((file) => resolve(import.meta.dirname, file)),
    },
  },
});
