import { AppError } from "../../errors.ts";
import { toLoss } from "../common/observations.ts";
import type { Parameters } from "../../search-space/index.ts";
import type { Trial } from "../../trial.ts";
import type { OptimizeMode, Provenance, Suggestion } from "../contract/tuner.ts";
import type { Rung } from "./brackets.ts";

/** What a new configuration comes from; throws "search-space-exhausted" when there is none. */
export type ConfigurationSource = (budget: number) => {
  readonly parameters: Parameters;
  readonly provenance: Provenance;
};

/** Which brackets are run, and when the next one begins. */
export interface ScheduleOptions {
  /** One pass; brackets repeat for ever. */
  readonly brackets: readonly (readonly Rung[])[];
  /** `parallelism`: a new bracket starts whenever a worker would idle; `serial`: only after the one before has finished. */
  readonly execMode: "parallelism" | "serial";
  readonly mode: OptimizeMode;
}

/** What a trial of a bracket remembers. */
export interface Place {
  /** Counts the brackets of the experiment from 0, across passes. */
  readonly bracket: number;
  readonly rung: number;
}

/** The place on a trial, null when another tuner or a person made it. A foreign file may claim any place: since every
 *  bracket begins with a trial of its own, none has a larger number than its trials. */
export function placeOf(trial: Trial): Place | null {
  const bracket = trial.tunerState?.["bracket"];
  const rung = trial.tunerState?.["rung"];
  if (typeof bracket !== "number" || typeof rung !== "number") return null;
  return Number.isInteger(bracket) && bracket >= 0 && bracket <= trial.number
    ? { bracket, rung }
    : null;
}

/** The latest result of a trial, the final one if there is one; null for failed and cancelled trials. */
export function latestLoss(trial: Trial, mode: OptimizeMode): number | null {
  if (trial.status === "FAILED" || trial.status === "USER_CANCELED") return null;
  return toLoss(trial.final, mode) ?? toLoss(trial.intermediates.at(-1), mode);
}

/** What to run next: a promotion into the oldest bracket that has one, else a new configuration, else wait. */
export function nextInSchedule(
  history: readonly Trial[],
  options: ScheduleOptions,
  source: ConfigurationSource,
): Suggestion {
  const brackets = membersByBracket(history);
  const last = Math.max(0, brackets.length - 1);
  let exhausted: AppError | null = null;
  for (let bracket = 0; bracket <= last + 1; bracket++) {
    const members = brackets[bracket] ?? [];
    const rungs = options.brackets[bracket % options.brackets.length]!;
    const start = rungs[0]!;
    const entrants = members.filter((trial) => placeOf(trial)!.rung === 0).length;
    let closed = entrants >= start.size;
    if (!closed && exhausted === null) {
      try {
        const { parameters, provenance } = source(start.budget);
        const { budget } = start;
        const rung = { kind: "rung", bracket, rung: 0, budget } as const;
        const facts = [...(provenance.facts ?? []), rung];
        return {
          kind: "trial",
          parameters,
          provenance: { ...provenance, facts },
          budget,
          tunerState: { bracket, rung: 0 },
        };
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "search-space-exhausted") throw error;
        exhausted = error;
      }
    }
    // With nothing new left to try, a bracket goes on with what has entered it.
    closed ||= exhausted !== null;
    const step = closed ? promotion(members, rungs, bracket, options.mode) : null;
    if (step !== null) return step;
    if (options.execMode === "serial" && members.some(isOpen)) break;
  }
  const running = brackets.flat().filter(isOpen).length;
  if (running === 0 && exhausted !== null) throw exhausted;
  return {
    kind: "wait",
    reason: `Waiting for ${running} running trials before the next promotion.`,
  };
}

/** The trials of every bracket, by its number; those without a place are left out. */
function membersByBracket(history: readonly Trial[]): (readonly Trial[])[] {
  const brackets: Trial[][] = [];
  for (const trial of history) {
    const place = placeOf(trial);
    if (place === null) continue;
    while (brackets.length <= place.bracket) brackets.push([]);
    brackets[place.bracket]!.push(trial);
  }
  return brackets;
}

const isOpen = (trial: Trial): boolean => trial.status === "WAITING" || trial.status === "RUNNING";

/** The best trial of a finished rung that has not been continued yet. */
function promotion(
  members: readonly Trial[],
  rungs: readonly Rung[],
  bracket: number,
  mode: OptimizeMode,
): Suggestion | null {
  for (let rung = 1; rung < rungs.length; rung++) {
    const previous = members.filter((trial) => placeOf(trial)!.rung === rung - 1);
    if (previous.length === 0 || previous.some(isOpen)) return null;
    const ranked = previous
      .filter((trial) => trial.status === "SUCCEEDED")
      .flatMap((trial) => {
        const loss = latestLoss(trial, mode);
        return loss === null ? [] : [{ trial, loss }];
      })
      .sort((a, b) => a.loss - b.loss || a.trial.number - b.trial.number);
    const chosen = ranked.slice(0, rungs[rung]!.size);
    const begun = members.filter((trial) => placeOf(trial)!.rung === rung);
    const next = chosen.find(({ trial }) => begun.every((t) => t.continueFrom !== trial.number));
    if (next !== undefined) {
      const rank = chosen.indexOf(next) + 1;
      const trial = next.trial.number;
      const { budget } = rungs[rung]!;
      return {
        kind: "trial",
        parameters: next.trial.parameters,
        provenance: {
          source: "model",
          facts: [
            { kind: "rung", bracket, rung, budget },
            { kind: "promoted", trial, rank, of: previous.length },
          ],
        },
        budget,
        tunerState: { bracket, rung },
        continueFrom: trial,
      };
    }
    // Trials that failed are not replaced, so a rung may stay smaller than planned.
    if (begun.length === 0) return null;
  }
  return null;
}
