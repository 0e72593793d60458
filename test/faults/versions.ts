import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeServiceWorker } from "../../scripts/vite/offline.ts";

/** Another version of a build: every file of `assets/` has another name and another content, as after a change that
 *  touches everything.
 *  @param tag letters that stand in every name and content */
export function makeVersion(dist: string, folder: string, tag: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(dist, folder, { recursive: true });
  const assets = join(folder, "assets");
  const names = readdirSync(assets).filter((name) => /\.(js|css)$/.test(name));
  const any = new RegExp(names.map((name) => name.replaceAll(".", "\\.")).join("|"), "g");
  const renamed = (text: string): string => text.replace(any, (name) => tagged(name, tag));
  for (const name of names) {
    const comment = name.endsWith(".js") ? `\n// ${tag}\n` : `\n/* ${tag} */\n`;
    writeFileSync(join(assets, name), renamed(readFileSync(join(assets, name), "utf8")) + comment);
    renameSync(join(assets, name), join(assets, tagged(name, tag)));
  }
  const page = join(folder, "index.html");
  writeFileSync(page, renamed(readFileSync(page, "utf8")));
  writeServiceWorker(folder);
}

const tagged = (name: string, tag: string): string => name.replace(/(\.\w+)$/, `${tag}$1`);
