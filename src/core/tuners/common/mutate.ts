import type { Rng } from "../../math/rng.ts";
import {
  activeParameters,
  buildParameters,
  sampleParameters,
  sampleSpec,
  satisfiesConstraints,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";

const attempts = 100;

/** Draws one active parameter anew – with everything nested in it – and keeps the rest. The value changes wherever it
 *  can. What breaks the constraints is drawn again; a parent without an admissible neighbour gives a random configuration. */
export function mutate(space: SearchSpace, parent: Parameters, rng: Rng): Parameters {
  const active = activeParameters(space, parent);
  const values = new Map(active.map(({ spec, value }) => [spec.path, value]));
  const mutable = active.filter(({ spec }) => spec.type !== "choice" || spec.options.length > 1);
  for (let attempt = 0; attempt < attempts && mutable.length > 0; attempt++) {
    const target = mutable[rng.int(mutable.length)]!;
    const { path } = target.spec;
    const child = buildParameters(space, (spec) => {
      const kept = values.get(spec.path);
      const inside = spec.path === path || spec.path.startsWith(`${path}[`);
      return inside || kept === undefined ? sampleSpec(spec, rng) : kept;
    });
    const changed = activeParameters(space, child).some((p) => values.get(p.spec.path) !== p.value);
    if (changed && satisfiesConstraints(space.constraints, child)) return child;
  }
  return sampleParameters(space, rng);
}
