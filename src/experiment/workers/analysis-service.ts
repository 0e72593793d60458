import type { Remote } from "comlink";
import type { AnalysisWorkerApi } from "../../../workers/analysis/api.ts";
import { toErrorRecord } from "../../core/errors.ts";
import type { Suggestion } from "../../core/tuners/contract/tuner.ts";
import { openAnalysisWorker, renewed, type WorkerClient } from "./worker-client.ts";

/** Whatever would block a frame: heavy tuners and assessors, and what the page works out about an experiment. */
export type Analysis = Pick<
  AnalysisWorkerApi,
  "suggest" | "assess" | "importance" | "marginals" | "contour" | "examine"
>;

/** Asks the analysis worker, which is made with the first question. One that died is replaced, and its question asked once
 *  more: every question holds all that its answer depends on. */
export function createAnalysisService(
  open: () => WorkerClient<AnalysisWorkerApi> = openAnalysisWorker,
): Analysis {
  const worker = renewed(open);
  const ask = async <Answer>(
    question: (remote: Remote<AnalysisWorkerApi>) => Promise<Answer>,
  ): Promise<Answer> => {
    try {
      return await worker().call(question);
    } catch (error) {
      const { code } = toErrorRecord(error);
      if (code !== "worker-died" && code !== "worker-timeout") throw error;
      return worker().call(question);
    }
  };
  return {
    suggest: (question) => ask<Suggestion>((remote) => remote.suggest(question)),
    assess: (question) => ask((remote) => remote.assess(question)),
    importance: (evidence) => ask((remote) => remote.importance(evidence)),
    marginals: (evidence, paths) => ask((remote) => remote.marginals(evidence, paths)),
    contour: (evidence, paths) => ask((remote) => remote.contour(evidence, paths)),
    examine: (evidence, options) => ask((remote) => remote.examine(evidence, options)),
  };
}
