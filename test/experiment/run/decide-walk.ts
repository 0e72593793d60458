import assert from "node:assert/strict";
import { AppError, type ErrorCode } from "../../../src/core/errors.ts";
import { createRng, type Rng } from "../../../src/core/math/rng.ts";
import { isFinished, reduceJournal, type JournalEvent } from "../../../src/core/journal/index.ts";
import { attemptsIn } from "../../../src/experiment/run/attempts.ts";
import { isQuestion, type Command, type Question } from "../../../src/experiment/run/commands.ts";
import { decide } from "../../../src/experiment/run/decide.ts";
import type { Input, InputBody } from "../../../src/experiment/run/inputs.ts";
import { openedState, type RunState } from "../../../src/experiment/run/state.ts";
import { checkpoint, created, epoch, error, failed, finished, rules, stopped } from "./deciding.ts";

const failures: readonly ErrorCode[] = [
  "gpu-lost",
  "worker-died",
  "diverged",
  "gpu-unavailable",
  "checkpoint-corrupt",
  "dataset-unavailable",
];

/** What a world that carries out commands would be busy with, by id. */
type Business = Extract<Command, { kind: "wait" | "open-runner" | "train" | "test" }>;

/** A world without workers: it keeps a list of what was ordered and not answered, and answers in any order. */
class World {
  state: RunState;
  readonly journal: JournalEvent[];
  readonly business = new Map<number, Business>();
  /** Told to stop. */
  readonly stopping = new Set<number>();
  /** Epochs that each attempt has behind it. */
  readonly epochs = new Map<number, number>();
  readonly rng: Rng;
  at = 1000;
  maxSlots = 2;
  mostSlots = 2;
  /** Workers that have nothing to do. */
  idle = 0;
  /** Nothing fails any more. */
  healthy = false;

  constructor(seed: number) {
    this.rng = createRng("decide", seed);
    this.journal = created({ maxTrialNumber: 4, trialConcurrency: 3 });
    this.state = openedState(this.journal, rules);
  }

  tell(first: InputBody): void {
    for (let input: InputBody | null = first; input;) {
      this.at += this.rng.int(1000);
      const full: Input = { ...input, at: this.at, maxSlots: this.maxSlots };
      const looksClosely = this.rng.int(10) === 0;
      const before = looksClosely ? structuredClone(this.state) : this.state;
      const decision = decide(this.state, full, rules);
      if (looksClosely) {
        assert.deepEqual(this.state, before, "the state it was given has changed");
        assert.deepEqual(decide(this.state, full, rules), decision, "it decides otherwise again");
      }
      this.journal.push(...decision.events);
      this.state = decision.state;
      const answers = decision.commands.flatMap((command) => this.take(command) ?? []);
      assert.ok(answers.length <= 1, "two questions at once");
      input = answers[0] ?? null;
    }
    this.check();
  }

  take(command: Command): InputBody | null {
    if (isQuestion(command)) return this.answer(command);
    switch (command.kind) {
      case "wait":
      case "open-runner":
      case "train":
      case "test":
        this.business.set(command.id, command);
        if (command.kind === "open-runner") this.idle = Math.max(0, this.idle - 1);
        if (command.kind === "train") {
          const from = command.job.from?.checkpoint;
          assert.ok(!from || !this.state.badCheckpoints.has(from.path), "a damaged checkpoint");
          assert.ok(!from || !this.state.gone.has(from.path), "weights that are gone");
          this.epochs.set(command.id, from?.epoch ?? 0);
        }
        return null;
      case "stop":
        assert.equal(this.business.get(command.id)?.kind, "train", "stopped without training");
        this.stopping.add(command.id);
        return null;
      case "dispose":
        // A worker that is just being made cannot be called back.
        if (this.business.get(command.id)?.kind !== "open-runner") this.business.delete(command.id);
        this.stopping.delete(command.id);
        return null;
      case "keep-runner":
        this.idle++;
        return null;
      case "release-idle":
        this.idle = 0;
        return null;
      case "checkpoint":
      case "discard":
        return null;
      default:
        return command satisfies never;
    }
  }

  answer(question: Question): InputBody {
    const dice = this.rng.int(10);
    switch (question.kind) {
      case "ask-tuner":
        if (dice === 0) return { kind: "suggested", answer: { kind: "wait", reason: "later" } };
        return {
          kind: "suggested",
          answer: {
            kind: "trial",
            parameters: { x: this.rng.int(5) },
            provenance: { source: "random" },
            ...(dice === 1 && this.state.journal.trials.length > 0 ? { continueFrom: 0 } : {}),
          },
        };
      case "assess": {
        const decision = dice === 0 ? "stop" : "continue";
        const answer = { kind: "assessment", assessment: { decision, reason: "a coin" } } as const;
        return { kind: "assessed", id: question.id, answer };
      }
      case "make-room":
        return { kind: "room-made" };
      default:
        return question satisfies never;
    }
  }

  /** What holds after every input. */
  check(): void {
    const { slots, test, journal, problem, closed } = this.state;
    const active = slots.filter(({ fate }) => fate !== "abandoned").map(({ trial }) => trial);
    assert.equal(new Set(active).size, active.length, "two attempts at one trial");
    this.mostSlots = Math.max(this.mostSlots, Math.min(this.maxSlots, journal.trialConcurrency));
    assert.ok(slots.length <= this.mostSlots, "more slots than there are");
    for (const { id, phase, fate, trial } of slots) {
      const expected = { waiting: "wait", opening: "open-runner", training: "train" }[phase];
      assert.equal(this.business.get(id)?.kind, expected, `slot ${id} waits for nothing`);
      assert.equal(
        this.stopping.has(id),
        fate !== "live" && phase === "training",
        "told to stop or not",
      );
      if (fate === "abandoned") assert.ok(isFinished(journal.trials[trial]!.status));
      else assert.ok(!isFinished(journal.trials[trial]!.status), "a finished trial goes on");
    }
    if (test) {
      const expected = { waiting: "wait", opening: "open-runner", testing: "test" }[test.phase];
      assert.equal(this.business.get(test.id)?.kind, expected, "the test waits for nothing");
    }
    const known = new Set([...slots.map(({ id }) => id), ...(test ? [test.id] : [])]);
    for (const [id, { kind }] of this.business)
      assert.ok(known.has(id) || kind === "open-runner", `${kind} ${id} is forgotten`);
    if (problem || closed)
      assert.ok(
        slots.every(({ fate }) => fate !== "live"),
        "goes on without",
      );
    // Nobody would ever say anything again.
    if (journal.status === "running" && !problem && !closed)
      assert.ok(slots.length > 0 || test, "running, and nothing is under way");
    if (slots.length === 0 && !test && journal.status !== "running")
      assert.equal(this.idle, 0, "idle workers keep their memory");
    if (this.rng.int(10) > 0) return;
    assert.deepEqual(reduceJournal(this.journal), journal, "state and journal differ");
    assert.deepEqual(attemptsIn(this.journal), this.state.attempts, "attempts miscounted");
  }

  /** The outcome of one thing that is under way; null without one. */
  outcome(): InputBody | null {
    const one = pick(this.rng, [...this.business.values()]);
    if (!one) return null;
    if (one.kind === "train") return this.trained(one);
    const { id } = one;
    const fails = !this.healthy && this.rng.int(10) < 2;
    const failure = error(pick(this.rng, failures)!);
    this.business.delete(id);
    switch (one.kind) {
      case "wait":
        return { kind: "waited", id };
      case "open-runner":
        if (fails) return { kind: "runner-failed", id, error: failure };
        return { kind: "runner-ready", id, precision: "f32" };
      case "test":
        if (fails) return { kind: "test-failed", id, error: failure };
        this.idle++;
        return { kind: "tested", id, result: { accuracy: 0.5, loss: 1, images: 10 } };
      default:
        return one satisfies never;
    }
  }

  trained({ id, job }: Extract<Business, { kind: "train" }>): InputBody {
    const done = this.epochs.get(id)!;
    const dice = this.rng.int(10);
    const isLast = done >= job.epochs;
    const end = !this.healthy && dice === 9 ? failed(id, pick(this.rng, failures)!) : null;
    const stops = this.stopping.has(id) && dice > 6 ? stopped(id) : null;
    if (end || stops || isLast) {
      this.business.delete(id);
      this.stopping.delete(id);
      if (!end) this.idle++;
      return end ?? stops ?? finished(id);
    }
    if (dice < 2) return { kind: "checkpoint", id, checkpoint: checkpoint(id, done, this.at) };
    if (dice < 3) return { kind: "room-wanted", id, sizeBytes: 100 };
    this.epochs.set(id, done + 1);
    return epoch(id, done + 1, this.rng.next());
  }

  /** Something a user, a page or a full disk does. */
  wish(): InputBody {
    const { rng } = this;
    const { trials, status } = this.state.journal;
    const trial = rng.int(Math.max(1, trials.length));
    switch (rng.int(14)) {
      case 0:
      case 1:
        return { kind: "pause" };
      case 2:
        return { kind: "stop" };
      case 3:
        return { kind: "kill", trial };
      case 4:
        return { kind: "add", parameters: { x: rng.int(5) } };
      case 5:
        if (!isFinished(trials[trial]?.status ?? "WAITING")) return { kind: "test-best" };
        return { kind: "longer", trial, extraEpochs: 1 };
      case 6:
        return { kind: "limits", limits: { maxTrialNumber: 1 + rng.int(12) } };
      case 7:
        return { kind: "limits", limits: { trialConcurrency: 1 + rng.int(4) } };
      case 8:
        return { kind: "remark", body: { type: "experiment-renamed", name: "another" } };
      case 9:
        return { kind: "journal-failed", error: error("storage-failed") };
      case 10:
        return { kind: "out-of-space" };
      case 11:
        // Late, for something that is over; or for nothing that ever was.
        return pick(rng, [{ kind: "waited", id: -1 } as const, epoch(-1, 1), finished(-1)])!;
      default:
        return { kind: "run", reason: status, died: rng.int(2) === 0 };
    }
  }

  /** The tab is closed or dies: only the journal stays. */
  reopen(): void {
    if (this.rng.int(2) === 0) this.tell({ kind: "close" });
    this.business.clear();
    this.idle = 0;
    this.stopping.clear();
    this.state = openedState(this.journal, rules);
    if (this.state.journal.status === "running")
      this.tell({ kind: "run", reason: "reopened", died: false });
  }
}

/** Walks through decisions at random and then lets the experiment come to its end.
 *  @throws Error that names the seed and the step */
export function walk(seed: number, steps: number): void {
  const world = new World(seed);
  let step = 0;
  try {
    world.tell({ kind: "run", reason: "user", died: false });
    for (; step < steps; step++) {
      const dice = world.rng.int(100);
      if (dice === 0) world.reopen();
      else if (dice === 1) world.maxSlots = 1 + world.rng.int(3);
      else tolerant(() => world.tell((dice > 15 && world.outcome()) || world.wish()));
    }
    world.healthy = true;
    if (world.state.journal.status !== "done")
      world.tell({ kind: "run", reason: "user", died: false });
    for (let i = 0; i < 2000 && world.state.journal.status !== "done"; i++) {
      const outcome = world.outcome();
      if (!outcome) break;
      world.tell(outcome);
    }
    assert.equal(world.state.journal.status, "done", "it does not come to its end");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`seed ${seed}, step ${step} of ${steps}: ${reason}`, { cause });
  }
}

/** What users are refused is refused. */
function tolerant(act: () => void): void {
  try {
    act();
  } catch (error) {
    const isRefusal =
      error instanceof RangeError || (error instanceof AppError && error.code === "weights-gone");
    if (!isRefusal) throw error;
  }
}

const pick = <T>(rng: Rng, list: readonly T[]): T | undefined => list[rng.int(list.length)];
