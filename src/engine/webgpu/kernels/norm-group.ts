/** The fused group around a batch norm: out = act(bnA(a) [+ bnB(b) | + b]). */
export interface NormGroup {
  /** What is added before the activation: nothing, another value, or another batch norm's result. */
  readonly addend: "none" | "value" | "norm";
  readonly activation: Activation;
}

/** PyTorch's, of one batch norm. */
export interface NormConstants {
  readonly eps: number;
  readonly momentum: number;
  /** Whether it has a scale and a shift. */
  readonly affine: boolean;
}

/** An elementwise function in WGSL. */
export interface Activation {
  /** Unique; part of kernels' names. */
  readonly name: string;
  /** The functions `activate(u)` and `slope(u)` on vec4f, and what they need. */
  readonly functions: string;
  /** The same as one expression of a `value` that is f32 or a vector of it (`type`). With it, batch norms and convolutions do the
   *  activation on the way; without, it runs alone. */
  readonly expression?: (value: string, type: string) => string;
  /** The slope is 1 where the value – before the activation, or after it – is positive, else 0. */
  readonly bySign?: boolean;
  /** The function of 0 is not 0. It runs alone then, and padded channels, which have to stay zero, are set to it afterwards. */
  readonly movesZero?: boolean;
}

/** Leaves values as they are. */
export const noActivation: Activation = {
  name: "none",
  functions: `fn activate(u: vec4f) -> vec4f { return u; }
fn slope(u: vec4f) -> vec4f { return vec4f(1.0); }`,
  expression: (value) => value,
};

/** Functions for kernels that go through the activation backwards. */
export const slopeFunctions = (activation: Activation): string =>
  activation === noActivation || activation.bySign ? "" : activation.functions;

/** Part of kernels' names. */
export const groupName = ({ addend, activation }: NormGroup): string =>
  `${addend}-${activation.name}`;
