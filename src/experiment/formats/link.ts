import { parseExperimentConfig, serializeConfig } from "../../core/config/index.ts";
import { decode } from "../../core/decode.ts";
import { AppError } from "../../core/errors.ts";
import {
  elapsedMs,
  reduceJournal,
  type ExperimentState,
  type TrialState,
} from "../../core/journal/index.ts";
import { checkExperiment } from "../draft/checked-experiment.ts";
import type { SharedExperiment } from "./shared-experiment.ts";
import { fromBase64Url, toBase64Url } from "./base64url.ts";
import { crc32 } from "../../core/crc32.ts";
import { packReports, unpackReports } from "./curves.ts";
import { deflate, inflateBounded } from "./deflate.ts";
import { exceeds } from "./json-shape.ts";
import { decodeLinked, linkLimits, type LinkedExperiment, type LinkedTrial } from "./linked.ts";
import { eventsOfSnapshot } from "./snapshot.ts";
import { word } from "../../core/words/index.ts";

/** The first character after the mark is the version of the format. */
const mark = "tt1.";

export { linkLimits };

/** @returns the fragment without `#`
 *  @throws AppError "link-too-large": the experiment needs a file */
export async function encodeLink(state: ExperimentState): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(toLinked(state)));
  const packed = await deflate(json);
  const framed = new Uint8Array(4 + packed.length);
  new DataView(framed.buffer).setUint32(0, crc32(json));
  framed.set(packed, 4);
  const fragment = mark + toBase64Url(framed);
  const tooMuch =
    fragment.length > linkLimits.madeLength ||
    json.length > linkLimits.unpackedBytes ||
    state.trials.length > linkLimits.trials ||
    countReports(state.trials) > linkLimits.reports ||
    exceeds(json, linkLimits.json);
  if (tooMuch)
    throw new AppError("link-too-large", word("link-to-make", { characters: fragment.length }), {
      length: fragment.length,
      limit: linkLimits.madeLength,
    });
  return fragment;
}

/** Parses a fragment, with or without `#`, into a read-only experiment. Writes, starts and fetches nothing.
 *  @throws AppError "link-invalid", "link-too-large", "dataset-unknown", or what is wrong with the configuration or space it carries */
export async function decodeLink(fragment: string): Promise<SharedExperiment> {
  const data = fragment.replace(/^#/, "");
  if (data.length > linkLimits.fragmentLength)
    throw new AppError("link-too-large", word("link-too-long", { characters: data.length }), {
      length: data.length,
      limit: linkLimits.fragmentLength,
    });
  if (!data.startsWith(mark)) throw new AppError("link-invalid", word("link-of-another-version"));
  const framed = fromBase64Url(data.slice(mark.length));
  if (framed.length < 5) throw new AppError("link-invalid", word("link-incomplete"));
  const json = await inflateBounded(framed.slice(4), linkLimits.unpackedBytes);
  if (new DataView(framed.buffer).getUint32(0) !== crc32(json))
    throw new AppError("link-invalid", word("link-checksum"));
  const exceeded = exceeds(json, linkLimits.json);
  if (exceeded)
    throw new AppError(
      "link-too-large",
      exceeded === "depth"
        ? word("link-too-deep", { levels: linkLimits.json.depth })
        : word("link-too-many-values", { values: linkLimits.json.values }),
      { limit: linkLimits.json[exceeded] },
    );
  const linked = decode(decodeLinked, parseJson(json), "link-invalid", "link");
  const reports = linked.trials.reduce((sum, { r }) => sum + (r?.va.d.length ?? 0), 0);
  if (reports > linkLimits.reports)
    throw new AppError(
      "link-too-large",
      word("link-too-many-epochs", { epochs: linkLimits.reports }),
      {
        limit: linkLimits.reports,
      },
    );
  const config = parseExperimentConfig(linked.config);
  const { seed, preset, space: searchSpace } = linked;
  const { space } = checkExperiment({ config, searchSpace, seed, preset });
  const state = reduceJournal(
    eventsOfSnapshot(
      linked,
      config,
      linked.trials.map((trial) => unpackReports(trial.r)),
    ),
  );
  return { state, definition: state.definition, space, source: "link" };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AppError("link-invalid", word("link-unreadable"), {}, { cause });
  }
}

const countReports = (trials: readonly TrialState[]): number =>
  trials.reduce((sum, trial) => sum + trial.reports.length, 0);

function toLinked(state: ExperimentState): LinkedExperiment {
  const { config, searchSpace, seed, preset } = state.definition;
  return {
    name: state.name,
    config: serializeConfig({ ...config, searchSpace: null }),
    space: searchSpace,
    seed,
    preset,
    at: state.createdAt,
    status: state.status,
    why: state.statusReason,
    ms: Math.round(elapsedMs(state, state.updatedAt)),
    lim: { c: state.trialConcurrency, n: state.maxTrialNumber, ms: state.maxDurationMs },
    trials: state.trials.map((trial) => toLinkedTrial(trial, state.createdAt)),
  };
}

function toLinkedTrial(trial: TrialState, from: number): LinkedTrial {
  const { provenance, test, error } = trial;
  const r = packReports(trial.reports);
  return {
    p: trial.parameters,
    s: trial.status,
    o: trial.origin,
    f: trial.final ?? null,
    n: trial.epochs,
    a: trial.addedAt - from,
    b: trial.startedAt === null ? null : trial.startedAt - from,
    z: trial.endedAt === null ? null : trial.endedAt - from,
    ms: Math.round(trial.durationMs),
    ...(trial.reason ? { w: trial.reason.slice(0, 300) } : {}),
    ...(trial.facts.length > 0 ? { wf: trial.facts } : {}),
    ...(error ? { err: { code: error.code, message: error.message.slice(0, 300) } } : {}),
    ...(test ? { t: { a: test.accuracy, l: test.loss, n: test.images } } : {}),
    ...(provenance ? { src: provenance.source } : {}),
    ...(provenance?.startup ? { up: provenance.startup } : {}),
    ...(trial.budget === undefined ? {} : { bud: trial.budget }),
    ...(trial.continueFrom === undefined ? {} : { cf: trial.continueFrom }),
    ...(trial.tunerState === undefined ? {} : { ts: trial.tunerState }),
    ...(r ? { r } : {}),
  };
}
