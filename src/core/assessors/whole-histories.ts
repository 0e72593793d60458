import type { Trial } from "../trial.ts";
import { wholeCurve } from "../whole-curve.ts";
import type { Rule } from "./definition.ts";

/** Lets a rule that compares reports by their place compare equal epochs: every trial that continues others gets their
 *  reports before its own, and a configuration counts once, by the longest training that the rule looks at.
 *  @param compares what the rule looks at in the history */
export function onWholeCurves(assess: Rule, compares: "succeeded" | "all"): Rule {
  return (trial, history, rng) => {
    if (![trial, ...history].some((t) => t.continueFrom !== undefined))
      return assess(trial, history, rng);
    const byNumber = new Map(history.map((t) => [t.number, t]));
    const whole = (t: Trial): Trial =>
      t.continueFrom === undefined ? t : { ...t, intermediates: wholeCurve(t, byNumber) };
    const standsFor = (t: Trial): boolean =>
      t.number === trial.number ||
      (t.intermediates.length > 0 &&
        (t.status === "SUCCEEDED" ||
          (compares === "all" && (t.status === "RUNNING" || t.status === "EARLY_STOPPED"))));
    const replaced = new Set<number>();
    for (const t of [trial, ...history].filter(standsFor)) {
      let parent = t.continueFrom;
      while (parent !== undefined && !replaced.has(parent)) {
        replaced.add(parent);
        parent = byNumber.get(parent)?.continueFrom;
      }
    }
    // What a failed promotion continued still stands for the configuration.
    const failed = (t: Trial): boolean =>
      t.continueFrom !== undefined && (t.status === "FAILED" || t.status === "USER_CANCELED");
    const others = history.filter((t) => !replaced.has(t.number) && !failed(t));
    return assess(whole(trial), others.map(whole), rng);
  };
}
