import type { ParameterDomain } from "../parameter-domain.ts";

/** Optimizers with PyTorch's semantics and defaults (version 2.x, `torch.optim`). The learning rate comes with each step. */
export type OptimizerConfig =
  | {
      readonly name: "SGD";
      readonly momentum: number;
      readonly nesterov: boolean;
      readonly weightDecay: number;
    }
  | {
      readonly name: "Adadelta";
      readonly rho: number;
      readonly eps: number;
      readonly weightDecay: number;
    }
  | { readonly name: "Adagrad"; readonly eps: number; readonly weightDecay: number }
  | {
      readonly name: "Adam" | "AdamW" | "Adamax";
      readonly beta1: number;
      readonly beta2: number;
      readonly eps: number;
      readonly weightDecay: number;
    }
  | {
      readonly name: "RMSprop";
      readonly alpha: number;
      readonly eps: number;
      readonly momentum: number;
      readonly weightDecay: number;
    };

/** PyTorch's. */
export type OptimizerName = OptimizerConfig["name"];

/** PyTorch's defaults, except that SGD without further keys has the original experiment's momentum 0.9 and weight decay 5e-4. */
export const defaultOptimizers: { readonly [N in OptimizerName]: OptimizerConfig & { name: N } } = {
  SGD: { name: "SGD", momentum: 0.9, nesterov: false, weightDecay: 5e-4 },
  Adadelta: { name: "Adadelta", rho: 0.9, eps: 1e-6, weightDecay: 0 },
  Adagrad: { name: "Adagrad", eps: 1e-10, weightDecay: 0 },
  Adam: { name: "Adam", beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
  AdamW: { name: "AdamW", beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 },
  Adamax: { name: "Adamax", beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
  RMSprop: { name: "RMSprop", alpha: 0.99, eps: 1e-8, momentum: 0, weightDecay: 0 },
};

/** What `optimizer` may be. */
export const optimizerNames = Object.keys(defaultOptimizers) as readonly OptimizerName[];

/** Search-space keys that optimizers own: those of them whose configuration has the field, with its value as default. */
export const optimizerParameters = {
  momentum: { domain: { kind: "number", min: 0, max: 1, maxExcluded: true }, field: "momentum" },
  weight_decay: { domain: { kind: "number", min: 0, max: 10 }, field: "weightDecay" },
} as const satisfies Readonly<
  Record<string, { readonly domain: ParameterDomain; readonly field: string }>
>;

/** The optimizers that own one of `optimizerParameters`. */
export const ownersOf = (key: keyof typeof optimizerParameters): readonly OptimizerName[] =>
  optimizerNames.filter((name) => optimizerParameters[key].field in defaultOptimizers[name]);

/** An optimizer with the values of the keys that it owns. */
export function configureOptimizer(
  name: OptimizerName,
  values: Readonly<Record<string, unknown>>,
): OptimizerConfig {
  const given = Object.entries(optimizerParameters).filter(
    ([key, { field }]) => values[key] !== undefined && field in defaultOptimizers[name],
  );
  const fields = Object.fromEntries(given.map(([key, { field }]) => [field, values[key]]));
  return { ...defaultOptimizers[name], ...fields };
}

/** State slots each optimizer keeps per parameter, under PyTorch's names. */
export const optimizerSlots: { readonly [N in OptimizerName]: readonly string[] } = {
  SGD: ["momentum_buffer"],
  Adadelta: ["square_avg", "acc_delta"],
  Adagrad: ["sum"],
  Adam: ["exp_avg", "exp_avg_sq"],
  AdamW: ["exp_avg", "exp_avg_sq"],
  Adamax: ["exp_avg", "exp_inf"],
  RMSprop: ["square_avg", "momentum_buffer"],
};
