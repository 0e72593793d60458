import { inWords, type Fact, type FactKind, type FactOf } from "../../../../core/facts/index.ts";
import type { TrialState } from "../../../../core/journal/state.ts";
import type { Messages } from "../../../messages/en/index.ts";

/** Why a trial has its parameters, in sentences, the most important first. */
export function whySentences(trial: TrialState, tuner: string, t: Messages): string[] {
  const { why } = t;
  if (trial.origin === "user") return [why.user];
  if (trial.origin === "imported" && !trial.provenance) return [why.imported];
  if (trial.origin === "longer") return [why.longer(trial.continueFrom ?? 0)];
  if (!trial.provenance) return [why.unknown];
  const { source, startup, facts = [] } = trial.provenance;
  const first =
    source === "startup" && startup
      ? why.startup(tuner, startup.done, startup.needed)
      : why.source(source, tuner);
  const imported = trial.origin === "imported" ? [why.imported] : [];
  return [...imported, first, ...factSentences(facts, t)];
}

/** What facts say in the reader's language; drawings and what is for readers of the journal have no words. */
export function factSentences(facts: readonly Fact[], t: Messages): string[] {
  return facts.flatMap((fact) => {
    switch (fact.kind) {
      case "density":
      case "predictions":
      case "fitted":
      case "score":
        return [];
      default:
        return inWords(t.facts, fact);
    }
  });
}

/** Why a trial ended: its facts in the reader's language, else the sentence as it was written; empty without either. */
export function endSentence(
  { facts = [], reason }: { readonly facts?: readonly Fact[]; readonly reason: string | null },
  t: Messages,
): string {
  return facts.length > 0 ? factSentences(facts, t).join(" ") : (reason ?? "");
}

/** Numbers of the trials that counted as good and as the others; empty where the tuner does not name them.
 *  @param known all trials of the experiment: where the others are only counted, they are those that had a result then,
 *    or were running and told of */
export function whyGroups(
  trial: TrialState,
  known: readonly TrialState[],
): { readonly good: readonly number[]; readonly bad: readonly number[] } {
  const split = factOf(trial, "split");
  const good = split?.good.trials ?? [];
  if (!split || good.length === 0) return { good, bad: [] };
  if (split.bad.trials) return { good, bad: split.bad.trials };
  const told = factOf(trial, "assumed")?.trials ?? [];
  const others = known.slice(0, trial.number).filter((other) => {
    const last = other.status === "SUCCEEDED" ? other.final : other.intermediates.at(-1);
    const counts = other.status === "SUCCEEDED" || other.status === "EARLY_STOPPED";
    const hadEnded = (other.endedAt ?? Infinity) <= trial.addedAt;
    return told.includes(other.number) || (counts && hadEnded && Number.isFinite(last));
  });
  const bad = others.map((other) => other.number).filter((number) => !good.includes(number));
  return { good, bad };
}

function factOf<Kind extends FactKind>(
  { provenance }: TrialState,
  kind: Kind,
): FactOf<Kind> | undefined {
  return provenance?.facts?.find((fact): fact is FactOf<Kind> & Fact => fact.kind === kind);
}
