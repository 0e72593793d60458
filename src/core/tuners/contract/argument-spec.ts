/** One classArg, declaratively: what validation, the documentation and the page's form are made from. */
export type ArgumentSpec = {
  readonly name: string;
  /** One English sentence; the page looks up `tuner.<tuner>.<argument>` for other languages first. */
  readonly description: string;
  /** True when JSON null is a value too (NNI's Python None). */
  readonly nullable?: boolean;
} & (
  | {
      readonly type: "integer" | "number";
      readonly default: number | null;
      readonly minimum?: number;
      readonly maximum?: number;
      /** True when `minimum` itself is not allowed. */
      readonly exclusiveMinimum?: boolean;
    }
  | { readonly type: "boolean"; readonly default: boolean | null }
  | {
      readonly type: "choice";
      readonly choices: readonly string[];
      readonly default: string | null;
    }
  | { readonly type: "text"; readonly default: string | null }
  /** A JSON object with arguments of its own, such as NNI's `tpe_args`. */
  | { readonly type: "group"; readonly arguments: readonly ArgumentSpec[]; readonly default: null }
);
