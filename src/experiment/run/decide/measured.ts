import type { By, EventBody } from "../../../core/journal/events.ts";
import type { Input } from "../inputs.ts";
import type { Rules, RunState } from "../state.ts";

/** An event with what is measured or known here besides: who computes, how long the experiment has really run, what a trial's
 *  network is like.
 *  @returns also since when the experiment runs after it, see `RunState` */
export function measured(
  body: EventBody,
  { journal, runningSince }: RunState,
  world: Pick<Input, "elapsedMs" | "by">,
  { training }: Rules,
): { readonly body: EventBody; readonly runningSince: number | null } {
  switch (body.type) {
    case "status-changed": {
      const { elapsedMs = null } = world;
      const known = runningSince !== null && elapsedMs !== null;
      const activeMs = known ? { activeMs: Math.max(0, elapsedMs - runningSince) } : {};
      return {
        body: { ...body, ...activeMs },
        runningSince: body.status === "running" ? elapsedMs : null,
      };
    }
    case "attempt-started":
    case "test-finished":
      return { body: { ...body, ...by(world.by) }, runningSince };
    case "attempt-failed":
      return { body: { ...body, ...by(journal.trials[body.trial]?.by) }, runningSince };
    case "trial-ended": {
      const trial = journal.trials[body.trial];
      const who = by(trial?.by);
      if (!trial || trial.reports.length === 0) return { body: { ...body, ...who }, runningSince };
      // What has trained an epoch is a network.
      const model = training.modelOf?.(trial.parameters);
      const network = model ? { model } : {};
      return { body: { ...body, activeMs: trial.activeMs, ...network, ...who }, runningSince };
    }
    default:
      return { body, runningSince };
  }
}

function by(who: By | null | undefined): { readonly by?: By } {
  return who ? { by: who } : {};
}
