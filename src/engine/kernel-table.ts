import { decode, record, text } from "../core/decode.ts";

/** Names of kernel variants by problem: which direction of which convolution in which precision. JSON-safe. */
export type KernelVariants = Readonly<Record<string, string>>;

/** What was chosen on one adapter. The same table on the same adapter gives the same bits. */
export interface KernelTable {
  /** Names adapter, browser version and version of the kernels; another one's choices say nothing here. */
  readonly adapter: string;
  readonly variants: KernelVariants;
}

/** Keeps choices by adapter. What was chosen once stays, or a second run of the same trial would not give the same bits. */
export interface KernelMemory {
  /** Gives `complete` what is known of an adapter, one caller at a time, and keeps what it returns. */
  update(
    adapter: string,
    complete: (known: KernelVariants) => Promise<KernelVariants>,
  ): Promise<KernelVariants>;
  /** Measure on software adapters too; their time goes to training else, and their defaults were measured. */
  readonly software?: boolean;
}

/** For a process that runs one trial. @param software measure on software adapters too */
export const forgetfulMemory = (software = false): KernelMemory => ({
  update: (_adapter, complete) => complete({}),
  software,
});

const variants = record(text(100), 20_000);

/** @throws AppError "internal" when it is no table of variants */
export const decodeVariants = (value: unknown): KernelVariants =>
  decode(variants, value, "internal", "kernels");
