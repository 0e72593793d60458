import { sampleParameters } from "../search-space/index.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { proposeByModel, proposeFarthest } from "./gaussian-process/propose.ts";
import { earlyStoppedTrials, pendingTrials, succeededTrials } from "./common/observations.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";

const startupDraws = 5;

/** Bayesian optimisation with our own Gaussian process: Matérn 5/2 with a length-scale per parameter, hyper-parameters by
 *  maximum a posteriori, log expected improvement, pending trials as fantasies. */
export const gaussianProcess = defineTuner({
  name: "GaussianProcess",
  aliases: ["GaussianProcessTuner"],
  description:
    "Models the metric as a smooth function and tries where most improvement is expected; best for 20 to 100 trials.",
  arguments: [
    {
      name: "n_startup_jobs",
      type: "integer",
      default: 10,
      minimum: 2,
      maximum: 1000,
      description: "How many trials are spread over the space before the model takes over.",
    },
    {
      name: "use_early_stopped",
      type: "boolean",
      default: true,
      description: "Whether early-stopped trials teach the model, through the epoch they reached.",
    },
  ],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "heavy",
  create(args, mode) {
    const needed = args.number("n_startup_jobs");
    const useEarlyStopped = args.boolean("use_early_stopped");
    return {
      suggest(space, history, rng) {
        const seen = seenConfigurations(space, history);
        const pending = pendingTrials(history);
        const stopped = useEarlyStopped ? earlyStoppedTrials(history, mode).length : 0;
        const done = succeededTrials(history, mode).length + stopped;
        if (done + pending.length < needed || done < 2) {
          const draws = Array.from({ length: startupDraws }, () => sampleParameters(space, rng));
          const proposal = proposeFarthest(space, history, draws);
          const { parameters } = replaceRepeat(space, seen, proposal, rng);
          const startup = { done: Math.min(done, needed), needed };
          return { kind: "trial", parameters, provenance: { source: "startup", startup } };
        }
        const proposal = proposeByModel(
          { space, finished: history, pending, seen, mode, useEarlyStopped },
          rng,
        );
        if (proposal !== null)
          return {
            kind: "trial",
            parameters: proposal.parameters,
            provenance: { source: "model", facts: proposal.facts },
          };
        const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
        return { kind: "trial", parameters, provenance: { source: "fallback" } };
      },
    };
  },
});
