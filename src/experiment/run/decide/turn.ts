import type { EventBody, JournalEvent } from "../../../core/journal/events.ts";
import { reduceEvents } from "../../../core/journal/index.ts";
import type { ExperimentState, TrialState } from "../../../core/journal/state.ts";
import { countAttempts } from "../attempts.ts";
import { isQuestion, type Command } from "../commands.ts";
import type { Input, Reply } from "../inputs.ts";
import { unneededWeights } from "../kept-weights.ts";
import type { RunState, Rules, Slot } from "../state.ts";
import { measured } from "./measured.ts";

/** What follows from an input. Nothing of it is so before its events are stored. */
export interface Decision {
  readonly state: RunState;
  readonly events: readonly JournalEvent[];
  /** To be carried out in this order after that. */
  readonly commands: readonly Command[];
  readonly reply?: Reply;
}

/** A decision in the making: lives for one call of `decide` and changes nothing but itself. */
export class Turn {
  readonly rules: Rules;
  /** ms since 1970 */
  readonly at: number;
  readonly maxSlots: number;
  readonly #world: Pick<Input, "elapsedMs" | "by">;
  reply: Reply | undefined;
  #state: RunState;
  readonly #events: JournalEvent[] = [];
  readonly #commands: Command[] = [];

  constructor(state: RunState, world: Omit<Input, "kind">, rules: Rules) {
    this.#state = state;
    this.#world = world;
    this.at = world.at;
    this.maxSlots = world.maxSlots;
    this.rules = rules;
  }

  get state(): RunState {
    return this.#state;
  }
  get journal(): ExperimentState {
    return this.#state.journal;
  }
  /** Something was asked; what follows is decided with the answer. */
  get asks(): boolean {
    return this.#commands.some(isQuestion);
  }
  get decision(): Decision {
    return {
      state: this.#state,
      events: this.#events,
      commands: this.#commands,
      ...(this.reply === undefined ? {} : { reply: this.reply }),
    };
  }

  /** @throws RangeError for a trial that there is not */
  trial(number: number): TrialState {
    const { trials } = this.journal;
    const trial = trials[number];
    if (!trial) throw new RangeError(`trial: expected 0..${trials.length - 1}, got ${number}`);
    return trial;
  }

  /** Adds events, and discards the weights they make unneeded. */
  emit(...bodies: readonly EventBody[]): void {
    if (bodies.length === 0) return;
    const before = this.journal;
    const events = bodies.map((known, i): JournalEvent => {
      const { body, runningSince } = measured(known, this.#state, this.#world, this.rules);
      this.change({ runningSince });
      return { seq: before.lastSeq + 1 + i, at: this.at, ...body };
    });
    const journal = reduceEvents(before, events);
    this.#events.push(...events);
    this.change({ journal, attempts: countAttempts(this.#state.attempts, events) });
    const unneeded = unneededWeights(before, journal, this.rules);
    if (unneeded.length === 0) return;
    this.change({ gone: new Set([...this.#state.gone, ...unneeded.map(({ path }) => path)]) });
    this.order({ kind: "discard", checkpoints: unneeded });
  }

  order(command: Command): void {
    this.#commands.push(command);
  }

  change(changes: Partial<RunState>): void {
    this.#state = { ...this.#state, ...changes };
  }

  newId(): number {
    const { nextId } = this.#state;
    this.change({ nextId: nextId + 1 });
    return nextId;
  }

  slot(id: number): Slot | undefined {
    return this.#state.slots.find((slot) => slot.id === id);
  }

  /** Puts a slot in the place of the one with its id, or behind the others. */
  put(slot: Slot): void {
    const { slots } = this.#state;
    const known = slots.some(({ id }) => id === slot.id);
    this.change({
      slots: known ? slots.map((one) => (one.id === slot.id ? slot : one)) : [...slots, slot],
    });
  }

  /** The slot is free. */
  drop(id: number): void {
    this.change({ slots: this.#state.slots.filter((slot) => slot.id !== id) });
  }
}
