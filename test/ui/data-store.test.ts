import { expect, test } from "vitest";
import { AppError, type ErrorCode } from "../../src/core/errors.ts";
import { DataStore } from "../../src/ui/features/data/data.svelte.ts";
import type { PageActs } from "../../src/ui/state/page-acts.ts";
import type { Route } from "../../src/ui/state/route.ts";
import { createFakeTabtune } from "../gallery/fake/fake-tabtune.ts";
import { asWritten } from "../../src/core/words/index.ts";

/** The data page's state, whose imports end with an error of this code. */
function storeWhoseImportEnds(code: ErrorCode): {
  data: DataStore;
  reported: string[];
  went: string[];
} {
  const went: string[] = [];
  const tabtune = createFakeTabtune();
  const reported: string[] = [];
  const failing = {
    ...tabtune,
    data: {
      ...tabtune.data,
      prepare: () => Promise.reject(new AppError(code, asWritten("injected"))),
    },
  };
  const acts = {
    tabtune: failing,
    go: ({ page }: Route) => void went.push(page),
    report: (error: { code: string }) => void reported.push(error.code),
    attempt: (act: () => Promise<unknown>) => act(),
  } as unknown as PageActs;
  return { data: new DataStore(acts), reported, went };
}

test.each(["dataset-format", "dataset-corrupt"] as const)(
  "an archive refused as %s is not what the next Start takes",
  async (code) => {
    const { data, reported } = storeWhoseImportEnds(code);
    await data.useFiles("cifar10", [{ name: "x.gz", blob: new Blob(["no archive"]) }]);
    expect(reported).toEqual([code]);
    expect(data.given).toBeNull();
    expect(data.sourceFor("cifar10")?.kind).not.toBe("file");
  },
);

test("an archive whose import was only interrupted is offered again", async () => {
  const { data } = storeWhoseImportEnds("storage-quota");
  await data.useFiles("cifar10", [{ name: "x.gz", blob: new Blob(["an archive"]) }]);
  expect(data.sourceFor("cifar10")?.kind).toBe("file");
});

test("files chosen beside a data set's own picker leave the page where it is; others lead to the data page", async () => {
  const { data, went } = storeWhoseImportEnds("storage-quota");
  const files = [{ name: "x.gz", blob: new Blob(["an archive"]) }];
  await data.useFiles("cifar10", files, true);
  expect(went).toEqual([]);
  await data.useFiles("cifar10", files);
  expect(went).toEqual(["data"]);
});
