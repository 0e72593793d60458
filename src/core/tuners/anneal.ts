import type { Fact } from "../facts/index.ts";
import type { Rng } from "../math/rng.ts";
import {
  buildParameters,
  sampleSpec,
  withConstraints,
  type ParameterSpec,
} from "../search-space/index.ts";
import { activeParameters } from "../search-space/index.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { succeededTrials } from "./common/observations.ts";
import { categoryCount, fromLatent, latentPrior, toLatent } from "./tpe/latent.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";

/** hyperopt's constants: a leader has mean rank 2, neighbourhoods shrink as 1 / (1 + 0.1 T). */
const averageRank = 2;
const shrinkCoefficient = 0.1;

interface Leader {
  readonly number: number;
  readonly values: ReadonlyMap<string, number>;
}

/** Draws near one of the best trials, ever nearer as trials accumulate (hyperopt's annealing). */
export const anneal = defineTuner({
  name: "Anneal",
  aliases: ["AnnealTuner"],
  description: "Draws near one of the best trials, ever nearer the more there are.",
  arguments: [],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "light",
  create: (_args, optimizeMode) => ({
    suggest(space, history, rng) {
      const ranked: Leader[] = succeededTrials(history, optimizeMode)
        .sort((x, y) => x.loss - y.loss || x.trial.number - y.trial.number)
        .map(({ trial }) => ({
          number: trial.number,
          values: new Map(
            activeParameters(space, trial.parameters).map((p) => [p.spec.path, p.value]),
          ),
        }));
      const used: Leader[] = [];
      const proposal = withConstraints(space, () => {
        used.length = 0;
        return buildParameters(space, (spec) => draw(spec, ranked, used, rng));
      });
      const seen = seenConfigurations(space, history);
      const { parameters, replaced } = replaceRepeat(space, seen, proposal, rng);
      const source = replaced ? "fallback" : used.length > 0 ? "model" : "startup";
      const trials = used.map((leader) => leader.number);
      const facts: Fact[] = trials.length === 0 ? [] : [{ kind: "near", trials }];
      return { kind: "trial", parameters, provenance: { source, facts } };
    },
  }),
});

function draw(spec: ParameterSpec, ranked: readonly Leader[], used: Leader[], rng: Rng): number {
  const own = ranked.filter((leader) => leader.values.has(spec.path));
  if (own.length === 0) return sampleSpec(spec, rng);
  // a leader that already gave another parameter goes on giving
  let leader = used.find((l) => l.values.has(spec.path));
  if (leader === undefined) {
    let rank = 0;
    while (rng.next() >= 1 / averageRank) rank++;
    leader = own[Math.min(rank, own.length - 1)]!;
    used.push(leader);
  }
  const value = leader.values.get(spec.path)!;
  const shrink = 1 / (1 + own.length * shrinkCoefficient);
  if (spec.type === "choice" || categoryCount(spec) !== null)
    return rng.next() < shrink ? sampleSpec(spec, rng) : value;
  const prior = latentPrior(spec);
  const centre = toLatent(prior, value);
  if (!Number.isFinite(prior.low))
    return fromLatent(spec, prior, centre + prior.sigma * shrink * rng.normal());
  const half = (shrink * (prior.high - prior.low)) / 2;
  const middle = Math.min(prior.high - half, Math.max(prior.low + half, centre));
  return fromLatent(spec, prior, middle + half * (2 * rng.next() - 1));
}
