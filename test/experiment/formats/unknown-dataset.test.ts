import { expect, test } from "vitest";
import { reduceJournal, type JournalEvent } from "../../../src/core/journal/index.ts";
import { openJournal } from "../../../src/experiment/tab/open-journal.ts";
import { decodeFile, encodeFile } from "../../../src/experiment/formats/file.ts";
import { decodeLink, encodeLink } from "../../../src/experiment/formats/link.ts";
import type { ExperimentStore } from "../../../src/storage/experiments/experiment-store.ts";
import { journalOf } from "./examples.ts";

/** An experiment of somebody whose page has more data sets. */
const foreign = journalOf(2, 2).map((event): JournalEvent => {
  if (event.type !== "experiment-created") return event;
  const { definition } = event;
  const training = { ...definition.config.training, dataset: "imagenet" };
  return { ...event, definition: { ...definition, config: { ...definition.config, training } } };
});
const unknown = expect.objectContaining({
  code: "dataset-unknown",
  message: expect.stringMatching(/^There is no data set "imagenet" here\. Use one of: .*cifar10/),
});

test("a file, a link and a stored journal of a data set that is not here are refused by its name", async () => {
  await expect(decodeFile(encodeFile(foreign))).rejects.toEqual(unknown);
  const link = await encodeLink(reduceJournal(foreign));
  await expect(decodeLink(link)).rejects.toEqual(unknown);
  const store = { read: async () => foreign } as unknown as ExperimentStore;
  const env = { store, repair: () => Promise.reject(new TypeError("nothing is damaged")) };
  await expect(openJournal(env, "x", true)).rejects.toEqual(unknown);
});

test("experiments of the sets there have always been are read as before", async () => {
  for (const dataset of ["cifar10", "shapes10"]) {
    const text = (await encodeFile(foreign).text()).replaceAll("imagenet", dataset);
    const { definition } = await decodeFile(new Blob([text]));
    expect(definition.config.training.dataset).toBe(dataset);
  }
});
