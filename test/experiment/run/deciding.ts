import type { ExperimentConfig } from "../../../src/core/config/types.ts";
import type { ErrorCode } from "../../../src/core/errors.ts";
import type { CheckpointRef, JournalEvent } from "../../../src/core/journal/index.ts";
import type { Command } from "../../../src/experiment/run/commands.ts";
import { decide, type Decision } from "../../../src/experiment/run/decide.ts";
import type { InputBody } from "../../../src/experiment/run/inputs.ts";
import { openedState, type Rules, type RunState } from "../../../src/experiment/run/state.ts";
import { definition, report } from "../fakes.ts";

export const rules: Rules = {
  optimizeMode: "maximize",
  checkpointBudgetBytes: 1000,
  training: {
    epochsOf: ({ epochs }) => Number(epochs ?? 2),
    effectiveKey: (parameters) => JSON.stringify(parameters),
  },
};

/** The journal of an experiment that was just created. */
export function created(config: Partial<ExperimentConfig> = {}): JournalEvent[] {
  return [{ seq: 0, at: 0, type: "experiment-created", definition: definition(config) }];
}

/** Decides input after input; nothing carries the commands out. `decided` is what the last input led to. */
export class Told {
  state: RunState;
  decided: Decision;
  at = 0;
  constructor(
    events = created(),
    readonly maxSlots = 2,
  ) {
    this.state = openedState(events, rules);
    this.decided = { state: this.state, events: [], commands: [] };
  }

  tell(...inputs: readonly InputBody[]): this {
    for (const input of inputs) {
      this.at += 1000;
      const { at, maxSlots } = this;
      this.decided = decide(this.state, { ...input, at, maxSlots }, rules);
      this.state = this.decided.state;
    }
    return this;
  }

  /** The last decision in words: events and commands by their kinds, and every slot that is taken. */
  get outcome(): { readonly events: string; readonly commands: string; readonly slots: string } {
    const { slots } = this.state;
    return {
      events: this.decided.events.map(eventName).join(" "),
      commands: this.decided.commands.map(commandName).join(" "),
      slots: slots.map(({ id, phase, fate }) => `${id}:${phase}/${fate}`).join(" "),
    };
  }
}

function eventName(event: JournalEvent): string {
  if (event.type === "note") return event.code;
  if (event.type === "status-changed") return event.status;
  return event.type === "trial-ended" ? event.status : event.type;
}

const commandName = (command: Command): string =>
  "id" in command ? `${command.kind}:${command.id}` : command.kind;

export const suggestion = (x: number): InputBody => ({
  kind: "suggested",
  answer: { kind: "trial", parameters: { x }, provenance: { source: "random" } },
});
export const run: InputBody = { kind: "run", reason: "user", died: false };
export const ready = (id: number): InputBody => ({ kind: "runner-ready", id, precision: "f32" });
export const goesOn = (id: number): InputBody => ({
  kind: "assessed",
  id,
  answer: { kind: "assessment", assessment: null },
});
export const epoch = (id: number, number: number, metric = 0.5): InputBody => ({
  kind: "epoch",
  id,
  report: report(number, metric),
  checkpoint: checkpoint(id, number),
});
export const checkpoint = (id: number, finished: number, step = 0): CheckpointRef => ({
  path: `${id}-${finished}-${step}`,
  sha256: "0",
  sizeBytes: 100,
  epoch: finished,
  step,
});
export const finished = (id: number): InputBody => ({
  kind: "attempt-ended",
  id,
  outcome: { kind: "finished", samples: null },
});
export const stopped = (id: number): InputBody => ({
  kind: "attempt-ended",
  id,
  outcome: { kind: "stopped" },
});
export const error = (code: ErrorCode) => ({ code, message: "injected", details: {} }) as const;
export const failed = (id: number, code: ErrorCode): InputBody => ({
  kind: "attempt-ended",
  id,
  outcome: { kind: "failed", error: error(code) },
});
