/** `TABTUNE_DIST=folder npx tsx test/faults/make-database.ts`: runs an experiment in the build in `folder` and writes its
 *  database to `test/fixtures/databases`, once for every schema version that is shipped. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  openVisitor,
  root,
  serveBuild,
  startFiles,
  tinyConfig,
  tinySpace,
  waitForStatus,
} from "../browser/harness.ts";
import { readRawDatabase } from "./lib/raw-database.ts";

const images = ["shard-bytes", "shard-entries", "datasets"];
const server = await serveBuild();
const visitor = await openVisitor(server.url);
const { page } = visitor;
await page.goto(server.url);
const config = { maxTrialNumber: 2, experimentName: "kept from an older version" };
await startFiles(page, tinySpace, tinyConfig("shapes10", {}, config));
await waitForStatus(page, "done");
const database = await readRawDatabase(page, images);
await visitor.close();
await server.close();
const file = join(root, "test", "fixtures", "databases", `v${database.version}.json`);
writeFileSync(file, `${JSON.stringify(database)}\n`);
console.log(file);
