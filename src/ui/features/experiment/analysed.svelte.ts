import { untrack } from "svelte";
import type { Evidence } from "../../../experiment/api.ts";
import { Asked } from "../../state/asked.svelte.ts";
import { evidenceKey, evidenceOf } from "./evidence.ts";
import type { ExperimentView } from "./experiment.svelte.ts";

/** A question to the analysis worker. */
export interface Question<Answer> {
  /** What the answer depends on besides the finished trials. */
  readonly about: readonly unknown[];
  /** Whether trials that were stopped early count. */
  readonly includeStopped?: boolean;
  readonly ask: (evidence: Evidence) => Promise<Answer>;
}

/** Keeps an answer up with the experiment on screen: asked anew when a trial has finished or the question changes, and not
 *  with every epoch. Call it while a component is made; it ends with the component.
 *  @param question null while there is nothing to ask; read again when what it reads changes */
export function analysed<Answer>(
  view: ExperimentView,
  question: () => Question<Answer> | null,
): Asked<Answer> {
  const asked = new Asked<Answer>();
  $effect(() => {
    const wanted = question();
    if (!wanted) return;
    const key = evidenceKey(view, ...wanted.about);
    untrack(() => {
      const evidence = evidenceOf(view, wanted.includeStopped);
      if (evidence) asked.ask(key, () => wanted.ask(evidence));
    });
  });
  return asked;
}
