import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkJournal, reduceJournal } from "../../../src/core/journal/index.ts";
import { detailsToFacts } from "../../../src/core/journal/upgrade/details-to-facts.ts";
import { isJsonObject, type JsonObject } from "../../../src/core/json.ts";
import { decodeFile } from "../../../src/experiment/formats/file.ts";
import { decodeLink } from "../../../src/experiment/formats/link.ts";

const root = join(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** What the last build before version 3 of the database made of its own file and link, of the recorded experiment and of the
 *  databases it knew. */
const before = JSON.parse(read("test/fixtures/journals/states-v2.json"), (key, value: unknown) =>
  key === "provenance" && isJsonObject(value) ? explained(value) : value,
) as Record<"file" | "link" | "recorded", object> & { readonly databases: readonly object[] };

/** That build kept a bag of details; what the page says of the facts in its place is `test/ui/explanations.test.ts`'s matter. */
function explained({ details, ...rest }: JsonObject): object {
  const facts = isJsonObject(details) ? detailsToFacts(details) : [];
  return facts.length > 0 ? { ...rest, facts } : rest;
}

/** As JSON, which the fixture is. */
const plain = (state: unknown): object => JSON.parse(JSON.stringify(state)) as object;

test("a file of version 1 reads as it did", async () => {
  const { state } = await decodeFile(new Blob([read("test/fixtures/journals/file-v1.json")]));
  expect(plain(state)).toMatchObject(before.file);
});

test("a link of version 1 reads as it did", async () => {
  const { state } = await decodeLink(read("test/fixtures/journals/link-tt1.txt").trim());
  expect(plain(state)).toMatchObject(before.link);
});

test("the recorded experiment reads as it did", async () => {
  const { state } = await decodeFile(new Blob([read("public/recorded/experiment.json")]));
  expect(plain(state)).toMatchObject(before.recorded);
});

test.each([1, 2])("the journal of a database of version %i reads as it did", (version) => {
  const { stores } = JSON.parse(read(`test/fixtures/databases/v${version}.json`)) as {
    stores: { name: string; rows: { value: { event: unknown } }[] }[];
  };
  const rows = stores.find(({ name }) => name === "events")!.rows;
  const state = reduceJournal(checkJournal(rows.map(({ value }) => value.event)));
  expect(plain(state)).toMatchObject(before.databases[version - 1]!);
});
