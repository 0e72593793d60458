import type { Graph, ImageShape } from "../model/graph.ts";
import { findName, type ParameterDomain } from "../parameter-domain.ts";

/** A search-space key that a network owns. */
export interface NetworkParameter {
  readonly domain: ParameterDomain;
  /** What a trial gets that does not say. */
  readonly default: number | string;
  /** False where no value of it changes shapes, weights or work. */
  readonly costs?: boolean;
  /** True where the form has a field for it as long as the search space does not choose it; it takes integers then. */
  readonly inForm?: boolean;
}

type NetworkParameters = Readonly<Record<string, NetworkParameter>>;

type ValueOf<D> = D extends { readonly kind: "name" } ? string : number;
type ValuesOf<P extends NetworkParameters> = {
  readonly [K in keyof P]: ValueOf<P[K]["domain"]>;
};

/** A network by its name under the key `model`.
 *
 *      export const tiny = defineNetwork({
 *        name: "tiny",
 *        parameters: { width: widthParameter },
 *        build({ width }, input, classes) {
 *          const net = new GraphBuilder("tiny", input, classes);
 *          const x = net.relu(net.batchNorm(net.conv(0, "conv", width), "bn"), "relu");
 *          net.dense(net.globalAveragePool(x, "pool"), "linear", classes);
 *          return net.build();
 *        },
 *      }); */
export interface Network<P extends NetworkParameters = NetworkParameters> {
  readonly name: string;
  readonly parameters: P;
  /** Pure. Missing parameters get their defaults; keys of other networks are ignored.
   *  @param input shape of one image
   *  @throws AppError "network-invalid" where an image is too small for it */
  build(parameters: Partial<ValuesOf<P>>, input: ImageShape, classes: number): Graph;
}

/** What a network's file says of it: `build` gets every parameter. */
interface NetworkSource<P extends NetworkParameters> {
  readonly name: string;
  readonly parameters: P;
  build(parameters: ValuesOf<P>, input: ImageShape, classes: number): Graph;
}

/** A network for the table. */
export function defineNetwork<const P extends NetworkParameters>(
  source: NetworkSource<P>,
): Network<P> {
  return {
    name: source.name,
    parameters: source.parameters,
    build: (given, input, classes) =>
      source.build(ownParameters(source.parameters, given) as ValuesOf<P>, input, classes),
  };
}

/** The parameters of a network among others, defaults filled in, in the network's own order. */
export function ownParameters(
  parameters: NetworkParameters,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, number | string>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([key, { domain, default: usual }]) => {
      const value = (given[key] ?? usual) as number | string;
      return [key, domain.kind === "name" ? findName(domain.names, String(value))! : value];
    }),
  );
}
