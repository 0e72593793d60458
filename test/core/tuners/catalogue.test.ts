import { describe, expect, it } from "vitest";
import { createTuner, findTuner, tunerCatalogue } from "../../../src/core/tuners/index.ts";

describe("tuner catalogue", () => {
  it.each([
    ["TPE", "TPE"],
    ["tpe", "TPE"],
    ["Random", "Random"],
    ["Anneal", "Anneal"],
    ["Evolution", "Evolution"],
    ["BatchTuner", "BatchTuner"],
    ["Batch", "BatchTuner"],
    ["GridSearch", "GridSearch"],
    ["QMC", "QMC"],
    ["CMA-ES", "CMA-ES"],
    ["RegularizedEvolutionTuner", "RegularizedEvolution"],
  ])("%s is %s", (spelling, name) => {
    expect(createTuner(spelling).name).toBe(name);
  });

  it.each(["SMAC", "MetisTuner", "Metis", "GPTuner", "GP", "Hyperband", "BOHB", "PBTTuner", "PBT"])(
    "NNI's %s is known",
    (name) => expect(findTuner(name)).not.toBeNull(),
  );

  it("no two tuners share a name or an alias", () => {
    const names = tunerCatalogue.flatMap((t) => [t.name, ...t.aliases]).map((n) => n.toLowerCase());
    const repeated = names.filter((name, i) => names.indexOf(name) !== i);
    expect(repeated).toEqual([]);
  });

  it.each([
    ["NetworkMorphism", /search space/],
    ["PPOTuner", /RegularizedEvolution/],
    ["DNGOTuner", /GaussianProcess/],
    ["customized", /Python/],
    ["Magic", /no tuner named "Magic".*TPE/],
  ])("%s is refused with what to use instead", (name, remedy) => {
    expect(() => createTuner(name)).toThrow(remedy);
    expect(() => createTuner(name)).toThrow(expect.objectContaining({ code: "tuner-unsupported" }));
  });

  it("optimize_mode absent means maximize", () => {
    for (const { name } of tunerCatalogue)
      if (name !== "Hyperband") expect(createTuner(name).optimizeMode).toBe("maximize");
    expect(createTuner("TPE", { optimize_mode: "minimize" }).optimizeMode).toBe("minimize");
  });

  it("every argument says what it is, and its default passes its own check", () => {
    for (const tuner of tunerCatalogue)
      for (const spec of tuner.arguments) {
        expect(spec.description).toMatch(/\.$/);
        if (spec.type === "choice" && spec.default !== null)
          expect(spec.choices).toContain(spec.default);
      }
  });

  it.each([
    [{ tpe_args: { gama: 0.3 } }, /tpe_args\.gama is not an argument.*gamma/],
    [{ tpe_args: { gamma: -1 } }, /tpe_args\.gamma must be a number greater than 0/],
    [{ n_startup_jobs: 2.5 }, /n_startup_jobs must be an integer of at least 0.*got 2\.5/],
    [{ constant_liar_type: "None" }, /constant_liar_type must be one of: best, worst, mean/],
    [{ parallel_optimize: "True" }, /parallel_optimize must be true or false.*got "True"/],
    [{ tpe_args: 3 }, /tpe_args must be an object, got 3/],
  ])("classArgs %j are refused in words", (classArgs, message) => {
    expect(() => createTuner("TPE", classArgs)).toThrow(message);
  });
});
