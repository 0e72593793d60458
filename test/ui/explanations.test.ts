import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkJournal, reduceJournal, type TrialState } from "../../src/core/journal/index.ts";
import { detailsToFacts } from "../../src/core/journal/upgrade/details-to-facts.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { en } from "../../src/ui/messages/en/index.ts";
import { zh } from "../../src/ui/messages/zh/index.ts";
import { whyGroups, whySentences } from "../../src/ui/features/experiment/trials/why.ts";
/** What the page said and drew of these while journals had bags of details, made with the build before facts. */
import explanations from "../fixtures/explanations.json";

const root = join(import.meta.dirname, "..", "..");

/** As the page of then had what it drew. */
function drawn({ provenance }: TrialState): object {
  const facts = provenance?.facts ?? [];
  const density = facts.find((fact) => fact.kind === "density");
  const predictions = facts.find((fact) => fact.kind === "predictions");
  const together = density?.together;
  return {
    ...(density
      ? { parameters: density.parameters.map(({ good: _, bad: __, ...axis }) => axis) }
      : {}),
    ...(predictions ? { predictions: predictions.candidates } : {}),
    ...(together
      ? { together: { ratio: together.best[0]!.ratio, considered: together.considered } }
      : {}),
  };
}

describe.each(explanations.tuners.map((one, i) => ({ ...one, label: `${one.tuner} ${i}` })))(
  "$label",
  ({ label: _, tuner, provenance, en: english, zh: chinese, ...pictures }) => {
    const { details, ...rest } = provenance;
    const facts = detailsToFacts(details as JsonObject);
    const trial = { number: 50, origin: "tuner", provenance: { ...rest, facts } } as TrialState;
    // Auto's reasons were English sentences, which are shown as they were written.
    const because = typeof details.because === "string" ? details.because.split("; ") : [];
    const asWritten = (said: readonly string[]): string[] =>
      said.toSpliced(2, because.length, ...because.map((text) => `${text}.`));

    test("an old journal says and draws as it did", () => {
      expect(whySentences(trial, tuner, en)).toEqual(asWritten(english));
      expect(whySentences(trial, tuner, zh)).toEqual(asWritten(chinese));
      expect(drawn(trial)).toEqual(pictures);
    });
  },
);

test.each(Object.entries(explanations.stored))("%s says and draws as it did", (path, trials) => {
  const content = JSON.parse(readFileSync(join(root, path), "utf8")) as
    | { readonly events: unknown }
    | {
        readonly stores: readonly {
          name: string;
          rows: readonly { value: { event: unknown } }[];
        }[];
      };
  const events =
    "events" in content
      ? content.events
      : content.stores.find(({ name }) => name === "events")!.rows.map(({ value }) => value.event);
  const state = reduceJournal(checkJournal(events));
  expect(state.trials).toHaveLength(trials.length);
  for (const [i, trial] of state.trials.entries()) {
    const {
      en: english,
      zh: chinese,
      groups,
      ...pictures
    } = trials[i] as (typeof trials)[number] & {
      readonly groups?: object;
    };
    expect(whySentences(trial, "TPE", en)).toEqual(english);
    expect(whySentences(trial, "TPE", zh)).toEqual(chinese);
    expect(whyGroups(trial, [])).toEqual(groups ?? { good: [], bad: [] });
    expect(drawn(trial)).toEqual(pictures);
  }
});
