import {
  createRng,
  type Assessment,
  type Assessor,
  type OptimizeMode,
  type Rng,
  type Trial,
} from "../../../src/core/index.ts";

export interface SimulationResult {
  /** Share of all epochs that were not trained. */
  readonly saved: number;
  /** Whether a curve with the best final value of all ran to its end. */
  readonly winnerKept: boolean;
  /** Best final value reached less the best there was, in units of the finals' standard deviation; 0 or more. */
  readonly regret: number;
}

const beginnings = new WeakMap<readonly number[], (readonly number[])[]>();

/** The first `count` values of a curve; the same list every time, so that an assessor that remembers fits knows it again. */
function reports(curve: readonly number[], count: number): readonly number[] {
  let lists = beginnings.get(curve);
  if (lists === undefined) beginnings.set(curve, (lists = []));
  return (lists[count] ??= curve.slice(0, count));
}

/** Plays an experiment: curves start in order, `concurrency` at a time, each slot reporting one epoch in turn. */
export function simulate(
  curves: readonly (readonly number[])[],
  assessor: { assess: (...asked: Parameters<Assessor["assess"]>) => Pick<Assessment, "decision"> },
  mode: OptimizeMode,
  concurrency: number,
  rng: Rng,
  /** `lengthKnown`: whether trials say for how many epochs they are planned, as they do in an experiment. */
  options: { readonly lengthKnown?: boolean } = {},
): SimulationResult {
  const trials: Trial[] = [];
  const slots: number[] = [];
  let [next, used] = [0, 0];
  while (next < curves.length || slots.length > 0) {
    while (slots.length < concurrency && next < curves.length) {
      slots.push(next);
      const epochs = options.lengthKnown === false ? {} : { epochs: curves[next]!.length };
      trials.push({
        number: next++,
        parameters: {},
        status: "RUNNING",
        intermediates: [],
        ...epochs,
      });
    }
    for (const number of [...slots]) {
      const curve = curves[number]!;
      const before = trials[number]!;
      const intermediates = reports(curve, before.intermediates.length + 1);
      used++;
      let trial: Trial = { ...before, intermediates };
      trials[number] = trial;
      if (intermediates.length === curve.length) {
        const final = intermediates.at(-1)!;
        trial = Number.isFinite(final)
          ? { ...trial, status: "SUCCEEDED", final }
          : { ...trial, status: "FAILED" };
      } else if (!Number.isFinite(intermediates.at(-1)!)) {
        // The engine ends a diverged trial itself.
        trial = { ...trial, status: "FAILED" };
      } else {
        const { decision } = assessor.assess(trial, trials, rng.fork(number, intermediates.length));
        if (decision === "stop") trial = { ...trial, status: "EARLY_STOPPED" };
      }
      trials[number] = trial;
      if (trial.status !== "RUNNING") slots.splice(slots.indexOf(number), 1);
    }
  }
  const sign = mode === "maximize" ? 1 : -1;
  const finals = curves.map((curve) => sign * curve.at(-1)!).filter(Number.isFinite);
  const best = Math.max(...finals);
  const reached = Math.max(
    ...trials.map((t) => (t.status === "SUCCEEDED" ? sign * t.final! : -Infinity)),
  );
  const mean = finals.reduce((a, b) => a + b, 0) / finals.length;
  const spread = Math.sqrt(finals.reduce((a, b) => a + (b - mean) ** 2, 0) / finals.length);
  const total = curves.reduce((sum, curve) => sum + curve.length, 0);
  return {
    saved: 1 - used / total,
    winnerKept: reached === best,
    regret: spread > 0 ? (best - reached) / spread : 0,
  };
}

/** `count` different random curves that end with a number. */
export function drawCurves(
  set: readonly (readonly number[])[],
  count: number,
  experiment: number,
): (readonly number[])[] {
  const usable = set.filter((curve) => Number.isFinite(curve.at(-1)!));
  const order = createRng("assessor-bench", experiment).shuffle(usable.map((_, i) => i));
  return order.slice(0, count).map((i) => usable[i]!);
}
