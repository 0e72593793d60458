import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { parseExperimentConfig } from "../../../src/core/config/index.ts";
import {
  checkJournal,
  reduceJournal,
  type EventBody,
  type JournalEvent,
} from "../../../src/core/journal/index.ts";
import { encodeFile } from "../../../src/experiment/formats/file.ts";
import { encodeLink } from "../../../src/experiment/formats/link.ts";
import { isPolicyViolation, root, type Visitor } from "../../browser/harness.ts";
import { xssPayloads } from "../../fuzz/xss-payloads.ts";
import { putJournals } from "../lib/stored.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";

/** Parameters of one experiment, each named and with a choice after a payload. */
const parametersEach = 30;
const blockSize = 40;
const ways = ["link", "file", "database"] as const;
type Way = (typeof ways)[number];

/** Names that are script elsewhere. */
export const scriptInNames: Goal = {
  id: "S4",
  title: "Script in names",
  how: `${xssPayloads.length} payloads in the style of the public collections stand as names of experiments, parameters, choices and files that come by link, by file and in the database; every tab of each is shown`,
  counts: { full: xssPayloads.length, reduced: 3 },
  async run(context) {
    const troubles = [...sinks()];
    let shown = 0;
    for (const way of ways)
      for (let first = 0; first < context.count; first += blockSize) {
        const found = await context.part(`${way}-${first}`, () => runBlock(context, way, first));
        shown += found.shown;
        troubles.push(...found.troubles);
      }
    const injected = ways.length * context.count * (1 + 2 * parametersEach) + context.count;
    return {
      injected,
      survived: injected - troubles.length,
      lost: 0,
      worstMs: null,
      pass:
        troubles.length === 0 && shown === ways.length * context.count && xssPayloads.length >= 200,
      notes: [
        `${xssPayloads.length} payloads, ${shown} experiments shown; nothing ran, the policy was never needed; no sink of markup or code in src and workers`,
        ...troubles.slice(0, 10),
      ],
    };
  },
};

/** Places in the sources where text could become markup or code. */
function sinks(): string[] {
  const pattern =
    /\{@html|\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write|srcdoc|createContextualFragment|parseFromString|\beval\(|\bnew Function\b|dangerously/;
  return ["src", "workers"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|svelte)$/.test(name))
      .filter((name) => pattern.test(readFileSync(join(root, folder, name), "utf8")))
      .map((name) => `${folder}/${name} has a sink`),
  );
}

interface Found {
  readonly shown: number;
  readonly troubles: string[];
}

async function runBlock(context: FaultContext, way: Way, first: number): Promise<Found> {
  const visitor = await context.open({ webgpu: false });
  const { page, context: browser } = visitor;
  const troubles: string[] = [];
  await browser.exposeBinding("ran", (_source, what: string) => void troubles.push(what));
  await browser.addInitScript(() => {
    const { ran } = window as unknown as { ran(what: string): void };
    const call = (): void => ran("a script ran");
    Object.assign(window, { alert: call, confirm: call, prompt: call, print: call });
    addEventListener("securitypolicyviolation", (event) => ran(`policy: ${event.blockedURI}`));
  });
  await page.goto(await context.url());
  await page.locator("h1").first().waitFor();
  const indices = Array.from(
    { length: Math.min(blockSize, context.count - first) },
    (_, i) => first + i,
  );
  const journals = new Map(indices.map((i) => [`x${i}`, hostileJournal(i)]));
  if (way === "database") {
    await putJournals(page, journals);
    await page.reload();
    await page.locator('a[href*="experiment/x"]').first().waitFor();
  }
  let shown = 0;
  for (const [id, events] of journals) {
    const name = nameOf(events);
    if (way === "link") await visit(page, `#${await encodeLink(reduceJournal(events))}`);
    if (way === "database") await visit(page, `#/experiment/${id}`);
    if (way === "file") await dropFiles(page, events);
    if (await showAll(page, name)) shown++;
    else troubles.push(`${way}: ${name} is not shown`);
    if (way === "file") await dropDraft(page, events);
  }
  troubles.push(...(await made(page)));
  troubles.push(...leaks(visitor));
  await visitor.close();
  return { shown, troubles };
}

const nameOf = (events: readonly JournalEvent[]): string => {
  const [first] = events;
  return first?.type === "experiment-created" ? first.definition.config.name : "";
};

/** A finished experiment of two trials with payloads wherever a text may stand. */
function hostileJournal(index: number): JournalEvent[] {
  const payload = (offset: number): string => xssPayloads[(index + offset) % xssPayloads.length]!;
  const usable = Array.from({ length: parametersEach }, (_, i) => payload(1 + i * 7 + index * 29));
  const names = [...new Set(usable)].filter((name) => name !== "__proto__");
  const searchSpace = Object.fromEntries(
    names.map((name, i) => [name, { _type: "choice", _value: [payload(i), payload(i + 100)] }]),
  );
  const config = parseExperimentConfig({
    experimentName: payload(0),
    trialConcurrency: 1,
    maxTrialNumber: 2,
    tuner: { name: "TPE", classArgs: { optimize_mode: "maximize" } },
    tabtune: { dataset: "shapes10", inertKeys: [] },
  });
  const bodies: EventBody[] = [
    {
      type: "experiment-created",
      definition: { id: `x${index}`, config, searchSpace, seed: 1, preset: null },
    },
    { type: "status-changed", status: "running", reason: payload(3) },
  ];
  for (const trial of [0, 1]) {
    const parameters = Object.fromEntries(names.map((name, i) => [name, payload(i + 100 * trial)]));
    bodies.push(
      { type: "trial-added", trial, parameters, origin: "tuner", provenance: null, epochs: 1 },
      { type: "attempt-started", trial, attempt: 1 },
      { type: "epoch-finished", trial, report: { ...report, metric: 0.5 + 0.1 * trial } },
      {
        type: "trial-ended",
        trial,
        status: "SUCCEEDED",
        final: 0.5 + 0.1 * trial,
        durationMs: 1000,
        reason: payload(4),
      },
    );
  }
  bodies.push(
    { type: "note", code: payload(5), details: { text: payload(6) } },
    { type: "status-changed", status: "done", reason: payload(7) },
  );
  return checkJournal(bodies.map((body, seq) => ({ seq, at: 1000 + seq, ...body })));
}

const report = {
  epoch: 1,
  trainLoss: 1,
  trainAccuracy: 0.5,
  validationLoss: 1,
  validationAccuracy: 0.5,
  learningRate: 0.1,
  imagesPerSecond: 100,
  durationMs: 1000,
};

async function visit(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => (location.hash = to), hash);
}

async function dropFiles(page: Page, events: readonly JournalEvent[]): Promise<void> {
  await visit(page, "#/");
  const buffer = Buffer.from(await encodeFile(events).arrayBuffer());
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: `${nameOf(events)}.json`, mimeType: "application/json", buffer });
}

/** The same names as a draft, and a file that cannot be read, which the page names. */
async function dropDraft(page: Page, events: readonly JournalEvent[]): Promise<void> {
  const [first] = events;
  if (first?.type !== "experiment-created") return;
  const file = (
    name: string,
    content: string,
  ): { name: string; mimeType: string; buffer: Buffer } => ({
    name,
    mimeType: "application/json",
    buffer: Buffer.from(content),
  });
  const { searchSpace, config } = first.definition;
  await visit(page, "#/");
  await page
    .locator('input[type="file"]')
    .setInputFiles([
      file("search_space.json", JSON.stringify(searchSpace)),
      file(
        "config.json",
        JSON.stringify({ experimentName: config.name, tuner: config.tuner, maxTrialNumber: 2 }),
      ),
    ]);
  await page.locator("#new-space").waitFor();
  await visit(page, "#/");
  await page.locator('input[type="file"]').setInputFiles(file(config.name, "x".repeat(3_000_000)));
  await page.getByRole("alert").first().waitFor();
}

/** Opens every tab and every trial; the payload must stand on the page as text. */
async function showAll(page: Page, name: string): Promise<boolean> {
  const arrived = await page
    .waitForFunction(
      (wanted) =>
        // The browser collapses a title's white space, that of ASCII alone.
        document.title.startsWith(
          wanted
            .trim()
            .replace(/[\t\n\f\r ]+/g, " ")
            .slice(0, 5),
        ) && document.querySelector('[role="tab"]') !== null,
      name,
      { timeout: 10_000 },
    )
    .then(
      () => true,
      () => false,
    );
  if (!arrived) return false;
  return page.evaluate(async (wanted) => {
    const drawn = (): Promise<unknown> =>
      new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    let text = "";
    for (const tab of document.querySelectorAll<HTMLElement>('[role="tab"]')) {
      tab.click();
      await drawn();
      document
        .querySelectorAll<HTMLElement>('[data-testid="trial-row"] [aria-expanded="false"]')
        .forEach((button) => button.click());
      await drawn();
      text += document.body.textContent;
    }
    // Controls and line ends may be drawn as something else.
    const plain = (all: string): string => all.replace(/\s+|\0/g, "");
    return plain(text + document.title).includes(plain(wanted));
  }, name);
}

/** Elements and attributes that only a payload can have made. */
function made(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter(
        (element) =>
          /^(script:not|iframe|object|embed|base|marquee|template)$/i.test(element.tagName) ||
          [...element.attributes].some(
            ({ name, value }) =>
              /^on/.test(name) || /^\s*(javascript|vbscript|data:text)/i.test(value),
          ),
      )
      .map((element) => element.outerHTML.slice(0, 200)),
  );
}

const leaks = ({ problems, foreignRequests }: Visitor): string[] => [
  ...problems.filter((problem) => isPolicyViolation(problem) || problem.startsWith("uncaught")),
  ...foreignRequests,
];
