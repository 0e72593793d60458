import type { Trial } from "../../trial.ts";
import { wholeCurve } from "../../whole-curve.ts";

/** A bracket's history as a tuner without budgets understands it: each configuration once, as far as it was trained –
 *  succeeded if that is `fullBudget` epochs, early-stopped if it is less. Promotions are joined to their beginnings. */
export function asFullTrials(history: readonly Trial[], fullBudget: number): Trial[] {
  const byNumber = new Map(history.map((trial) => [trial.number, trial]));
  const continued = new Set(
    history.flatMap((trial) =>
      trial.continueFrom !== undefined && trial.status === "SUCCEEDED" ? trial.continueFrom : [],
    ),
  );
  return history.flatMap((trial) => {
    if (trial.budget === undefined) return trial;
    if (continued.has(trial.number)) return [];
    const open = trial.status === "WAITING" || trial.status === "RUNNING";
    // What it continues already stands for the configuration until the promotion has a result.
    if (trial.continueFrom !== undefined && trial.status !== "SUCCEEDED") return [];
    if (open || trial.status !== "SUCCEEDED") return trial;
    const reports = wholeCurve(trial, byNumber);
    if (trial.budget >= fullBudget) return { ...trial, intermediates: reports };
    const { final, ...rest } = trial;
    const last = final ?? reports.at(-1);
    // The final metric may be the best epoch's: it replaces the last report so that it counts.
    const intermediates = last == null ? reports : [...reports.slice(0, -1), last];
    return { ...rest, intermediates, status: "EARLY_STOPPED" as const };
  });
}
