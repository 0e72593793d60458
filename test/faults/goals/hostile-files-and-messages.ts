import { parseAnnouncement } from "../../../src/experiment/tab/announcements.ts";
import { waitForStatus } from "../../browser/harness.ts";
import { drop, mutateFile, validFiles } from "../../fuzz/files.ts";
import { mutateMessage } from "../../fuzz/messages.ts";
import { Tally } from "../../fuzz/tally.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";

/** Files may be large; they are read once, at the user's own wish. */
const limits = { durationMs: 250, bytes: 64 * 2 ** 20 };

/** Files, and messages from other tabs and windows. */
export const hostileFilesAndMessages: Goal = {
  id: "S7",
  title: "Hostile files and messages",
  how: "seeded mutations of an experiment file, a search space and a configuration are dropped; seeded mutations of the tabs' messages are broadcast, and posted to the window, while one tab writes an experiment and another watches it",
  counts: { full: 1_000, reduced: 150 },
  async run(context) {
    const { count, seed } = context;
    const tally = new Tally(limits);
    const valid = await validFiles();
    for (let i = 0; i < count; i++) {
      const bytes = mutateFile(valid, seed * 1_000_000 + i);
      await tally.add(`file ${i}`, () => drop(bytes));
    }
    for (let i = 0; i < count; i++) {
      const message: unknown = JSON.parse(mutateMessage("x", seed * 1_000_000 + i));
      await tally.add(`message ${i}`, () => Promise.resolve(parseAnnouncement(message)));
    }
    const troubles = await broadcast(context);
    return {
      injected: tally.injected + 2 * count,
      survived: tally.survived + (troubles.length === 0 ? 2 * count : 0),
      lost: 0,
      worstMs: tally.worstMs,
      pass: tally.failures.length === 0 && troubles.length === 0,
      notes: [
        `${count} files, ${count} messages parsed, ${count} broadcast and ${count} posted in Chromium`,
        ...tally.notes,
        ...troubles.slice(0, 5),
      ],
      codes: tally.codes,
    };
  },
};

/** @returns what two tabs of one experiment did not bear */
async function broadcast({ count, seed, open, url }: FaultContext): Promise<string[]> {
  const visitor = await open({ webgpu: false });
  const writer = visitor.page;
  await writer.goto(await url());
  const recorded = await writer.evaluate(async () =>
    (await fetch("./recorded/experiment.json")).text(),
  );
  await writer.locator('input[type="file"]').setInputFiles({
    name: "experiment.json",
    mimeType: "application/json",
    buffer: Buffer.from(recorded),
  });
  await writer.getByRole("button", { name: "Keep it" }).click();
  await waitForStatus(writer, "done");
  await writer.waitForURL(/#\/experiment\//);
  const id = decodeURIComponent(writer.url().split("/").at(-1)!);
  const viewer = await visitor.context.newPage();
  await viewer.goto(writer.url());
  await waitForStatus(viewer, "done");
  const shown = (): Promise<string[]> =>
    Promise.all([writer, viewer].map((page) => page.getByTestId("best-metric").innerText()));
  const before = await shown();

  const messages = Array.from({ length: count }, (_, i) => mutateMessage(id, seed * 1_000_000 + i));
  const sender = await visitor.context.newPage();
  await sender.goto(await url());
  await sender.evaluate((texts) => {
    const channel = new BroadcastChannel("tabtune");
    for (const text of texts) channel.postMessage(JSON.parse(text));
    channel.postMessage(new Map([["kind", "list"]]));
  }, messages);
  for (const page of [writer, viewer])
    await page.evaluate(async (texts) => {
      for (const text of texts) window.postMessage(JSON.parse(text), "*");
      for (const type of ["GET", "SET", "APPLY", "CONSTRUCT"])
        window.postMessage({ id: "1", type, path: ["constructor"], argumentList: [] }, "*");
      // Behind everything that was posted.
      await new Promise((resolve) => setTimeout(resolve, 500));
    }, messages);
  const after = await shown();
  const troubles = [...visitor.problems];
  if (String(before) !== String(after)) troubles.push(`shown ${before}, then ${after}`);
  return troubles;
}
