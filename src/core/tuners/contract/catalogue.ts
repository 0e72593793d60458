import type { TunerDefinition } from "./definition.ts";
import { gaussianProcess } from "../gaussian-process.ts";
import { random } from "../random.ts";
import { anneal } from "../anneal.ts";
import { batch } from "../batch.ts";
import { cmaEs } from "../cma-es.ts";
import { evolution } from "../evolution.ts";
import { gridSearch } from "../grid-search.ts";
import { qmc } from "../qmc.ts";
import { regularizedEvolution } from "../regularized-evolution.ts";
import { tpe } from "../tpe.ts";
import { hyperband } from "../hyperband.ts";
import { bohb } from "../bohb.ts";
import { pbt } from "../pbt.ts";
import { gp } from "../gp.ts";
import { metis } from "../metis.ts";
import { smac } from "../smac.ts";
import { auto } from "../auto.ts";

/** Every tuner on offer, in the order the page lists them; registering one is one line. */
export const tunerCatalogue: readonly TunerDefinition[] = [
  tpe,
  gaussianProcess,
  auto,
  random,
  qmc,
  gridSearch,
  batch,
  anneal,
  evolution,
  regularizedEvolution,
  cmaEs,
  hyperband,
  bohb,
  pbt,
  gp,
  metis,
  smac,
];
