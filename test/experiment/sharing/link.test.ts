import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import type { ExperimentState } from "../../../src/core/journal/index.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { fromBase64Url, toBase64Url } from "../../../src/experiment/sharing/base64url.ts";
import { crc32 } from "../../../src/experiment/sharing/checksum.ts";
import { deflate, inflateBounded } from "../../../src/experiment/sharing/deflate.ts";
import { decodeLink, encodeLink, linkLimits } from "../../../src/experiment/sharing/link.ts";
import { space, stateOf } from "./examples.ts";

/** What the page prints of an experiment, to the digit. */
function printed(state: ExperimentState): unknown {
  const percent = (value: number | null | undefined): string =>
    value == null ? "–" : (100 * value).toFixed(1);
  return state.trials.map((trial) => ({
    parameters: trial.parameters,
    status: trial.status,
    final: trial.final,
    test: trial.test,
    durationMs: trial.durationMs,
    error: trial.error?.code,
    provenance: trial.provenance,
    added: trial.addedAt - state.createdAt,
    ended: trial.endedAt! - state.createdAt,
    curve: trial.reports.map((report) => [
      report.epoch,
      percent(report.validationAccuracy),
      percent(report.trainAccuracy),
      percent(report.metric),
      report.validationLoss.toFixed(3),
      report.trainLoss.toFixed(3),
      report.learningRate,
      report.imagesPerSecond.toPrecision(3),
    ]),
  }));
}

test("a link of 8 trials × 12 epochs stays under 4 kB and shows the same numbers", async () => {
  const state = stateOf(8, 12);
  const fragment = await encodeLink(state);
  console.log(`link of 8 × 12: ${fragment.length} characters`);
  expect(fragment.length).toBeLessThan(4096);
  const shared = await decodeLink(`#${fragment}`);
  expect(printed(shared.state)).toEqual(printed(state));
  expect(shared.source).toBe("link");
  expect(shared.definition.searchSpace).toEqual(space);
  expect(shared.definition.seed).toBe(state.definition.seed);
  expect(shared.definition.config).toEqual({ ...state.definition.config, notUsedHere: [] });
  expect(shared.state.status).toBe("done");
  expect(shared.state.elapsedMs).toBe(state.elapsedMs);
});

test("links of random experiments show the same numbers", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const state = stateOf(1 + (seed % 9), 1 + (seed % 14), seed);
    const { state: read } = await decodeLink(await encodeLink(state));
    expect(printed(read), `seed ${seed}`).toEqual(printed(state));
  }
});

test("an experiment that is too large for a link says so", async () => {
  await expect(encodeLink(stateOf(300, 40))).rejects.toMatchObject({ code: "link-too-large" });
});

test("a shared experiment that was running reads as paused", async () => {
  const state: ExperimentState = { ...stateOf(2, 2), status: "running" };
  expect((await decodeLink(await encodeLink(state))).state.status).toBe("paused");
});

const freshPrototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

/** Every answer to a hostile link is an AppError, quickly, and leaves the prototypes alone. */
async function expectRefusalOrSense(fragment: string, label: string): Promise<boolean> {
  const began = performance.now();
  let valid = true;
  try {
    await decodeLink(fragment);
  } catch (error) {
    expect(error, label).toBeInstanceOf(AppError);
    valid = false;
  }
  expect(performance.now() - began, label).toBeLessThan(500);
  expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), label).toBe(freshPrototype);
  return valid;
}

test("2,000 seeded mutations of a valid link are refused or harmless", async () => {
  const fragment = await encodeLink(stateOf(4, 6));
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.%";
  let accepted = 0;
  for (let seed = 0; seed < 2000; seed++) {
    const rng = createRng("link-mutation", seed);
    let text = fragment;
    for (let i = 0, n = 1 + rng.int(4); i < n; i++) {
      const at = rng.int(Math.max(1, text.length));
      const letter = alphabet[rng.int(alphabet.length)]!;
      const kind = rng.int(4);
      if (kind === 0) text = text.slice(0, at) + letter + text.slice(at + 1);
      else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + rng.int(20));
      else if (kind === 2) text = text.slice(0, at) + letter.repeat(rng.int(8)) + text.slice(at);
      else text = text.slice(0, at);
    }
    if (text === fragment) continue;
    if (await expectRefusalOrSense(text, `seed ${seed}`)) accepted++;
  }
  // The checksum lets hardly any damaged link through.
  expect(accepted).toBeLessThan(5);
});

/** A link with a right checksum around any text: what an attacker can make. */
async function forged(json: string): Promise<string> {
  const bytes = new TextEncoder().encode(json);
  const packed = await deflate(bytes);
  const framed = new Uint8Array(4 + packed.length);
  new DataView(framed.buffer).setUint32(0, crc32(bytes));
  framed.set(packed, 4);
  return `tt1.${toBase64Url(framed)}`;
}

async function textOf(fragment: string): Promise<string> {
  const bytes = await inflateBounded(fromBase64Url(fragment.slice(4)).slice(4), 1_000_000);
  return new TextDecoder().decode(bytes);
}

test("values of every wrong kind in every field are refused", async () => {
  const json = await textOf(await encodeLink(stateOf(2, 2)));
  const strange = [
    "null", "true", "-1", "1e308", "-0", "1.5", '""', '"x"', "[]", "{}", "[[[]]]",
    '{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '"\\ud800"',
    '"' + "x".repeat(5000) + '"', "[" + "0,".repeat(3000) + "0]",
  ]; // prettier-ignore
  const places = [...json.matchAll(/"(\w+)":/g)].map((match) => match.index + match[0].length);
  expect(places.length).toBeGreaterThan(60);
  let tried = 0;
  for (const [i, place] of places.entries()) {
    const end = endOfValue(json, place);
    for (const [j, value] of strange.entries()) {
      if ((i + j) % 4 !== 0) continue;
      await expectRefusalOrSense(
        await forged(json.slice(0, place) + value + json.slice(end)),
        `place ${place}, value ${value.slice(0, 40)}`,
      );
      tried++;
    }
  }
  expect(tried).toBeGreaterThan(200);
});

/** Where the JSON value that begins at `start` ends. */
function endOfValue(json: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < json.length; i++) {
    const c = json[i]!;
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") {
      if (depth === 0) return i;
      depth--;
    } else if (c === "," && depth === 0) return i;
  }
  return json.length;
}

test("a decompression bomb is left alone after one mebibyte", async () => {
  const packed = await deflate(new Uint8Array(40 * 1024 * 1024));
  expect(packed.length).toBeLessThan(linkLimits.fragmentLength);
  const framed = new Uint8Array(4 + packed.length);
  framed.set(packed, 4);
  const began = performance.now();
  await expect(decodeLink(`tt1.${toBase64Url(framed)}`)).rejects.toMatchObject({
    code: "link-too-large",
  });
  expect(performance.now() - began).toBeLessThan(500);
});

test("bombs of valid syntax are refused: depth, counts, names", async () => {
  const json = await textOf(await encodeLink(stateOf(1, 1)));
  const bombs = [
    "[".repeat(300_000) + "]".repeat(300_000),
    json.replace('"trials":[', `"trials":[${"{},".repeat(100_000)}`),
    json.replace('"c":4', '"c":1000000000'),
    json.replace('"n":1', '"n":1000000000'),
    json.replace('"name":"', `"name":"${"n".repeat(900_000)}`),
    json.replace('"width"', '"w"').replace('"lr":', '"width":1e9,"lr":'),
  ];
  for (const [i, bomb] of bombs.entries())
    await expectRefusalOrSense(await forged(bomb), `bomb ${i}`);
  expect(await expectRefusalOrSense("tt1." + "A".repeat(70_000), "long")).toBe(false);
  expect(await expectRefusalOrSense("tt2.AAAA", "version")).toBe(false);
  expect(await expectRefusalOrSense("", "empty")).toBe(false);
});
