/** The fused group around a batch norm: out = act(bnA(a) [+ bnB(b) | + b]). */
export interface NormGroup {
  /** What is added before the activation: nothing, another value, or another batch norm's result. */
  readonly addend: "none" | "value" | "norm";
  readonly activation: Activation;
}

export type Activation = "none" | "relu" | "silu";

/** WGSL functions `activate(u)` and `slope(u)`. */
export const activationFunctions: Record<Activation, string> = {
  none: `fn activate(u: vec4f) -> vec4f { return u; }
fn slope(u: vec4f) -> vec4f { return vec4f(1.0); }`,
  relu: `fn activate(u: vec4f) -> vec4f { return max(u, vec4f()); }
fn slope(u: vec4f) -> vec4f { return select(vec4f(), vec4f(1.0), u > vec4f()); }`,
  silu: `fn activate(u: vec4f) -> vec4f { return u / (1.0 + exp(-u)); }
fn slope(u: vec4f) -> vec4f { let s = 1.0 / (1.0 + exp(-u)); return s * (1.0 + u * (1.0 - s)); }`,
};

export const groupName = ({ addend, activation }: NormGroup): string => `${addend}-${activation}`;
