/** `npm start`: installs, builds and serves the production build on http://localhost:4173. */
import { ensureDependencies, root } from "./setup/dependencies.mjs";

const [unknown] = process.argv.slice(2);
if (unknown !== undefined) {
  console.error(`${unknown === "--help" ? "" : `Unknown option '${unknown}'\n`}npm start`);
  process.exit(unknown === "--help" ? 0 : 2);
}
ensureDependencies();
process.chdir(root);
const { build, preview } = await import("vite");
await build({ logLevel: "warn" });
try {
  const server = await preview({ preview: { port: 4173, strictPort: true, host: "localhost" } });
  console.log(`\n  Tabtune is at ${server.resolvedUrls?.local[0] ?? "http://localhost:4173/"}\n`);
} catch (error) {
  console.error(`Port 4173 cannot be used (${error.message}). Close what uses it and try again.`);
  process.exit(1);
}
