import { AppError } from "../../core/errors.ts";
import { decodeVariants, type KernelTable } from "../kernel-table.ts";
import type { NamedTensor, NetworkState, StepTotals } from "../network-engine.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { word } from "../../core/words/index.ts";

/** A trial at some step; training continues from it exactly. */
export interface Checkpoint {
  readonly state: NetworkState;
  /** Finished epochs. */
  readonly epoch: number;
  /** Steps done in the running epoch. */
  readonly step: number;
  /** Sums over those steps. */
  readonly totals: StepTotals;
  /** Time spent in the running epoch so far. */
  readonly elapsedMs: number;
  /** Measured choices of kernels; a trial that goes on with the same ones on the same adapter gives the same bits. */
  readonly kernels?: KernelTable;
}

const format = "tabtune-checkpoint-1";
const slotPrefix = "optimizer.";

/** A safetensors file: weights under their state_dict names, slots as `optimizer.<slot>.<name>`, the rest as metadata. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { state, totals } = checkpoint;
  const tensors = new Map<string, NamedTensor>(state.tensors);
  for (const [slot, parameters] of state.slots)
    for (const [name, tensor] of parameters) tensors.set(`${slotPrefix}${slot}.${name}`, tensor);
  const numbers = { ...totals, ...position(checkpoint), steps: state.steps };
  const metadata = Object.fromEntries(
    Object.entries(numbers).map(([key, value]) => [key, String(value)]),
  );
  const kernels = checkpoint.kernels ? { kernels: JSON.stringify(checkpoint.kernels) } : {};
  return encodeSafetensors({ tensors, metadata: { format, ...metadata, ...kernels } });
}

const position = ({ epoch, step, elapsedMs }: Checkpoint) => ({ epoch, step, elapsedMs });

/** @throws AppError "checkpoint-corrupt" */
export function decodeCheckpoint(file: Uint8Array): Checkpoint {
  const { tensors: all, metadata } = decodeSafetensors(file);
  if (metadata["format"] !== format)
    throw new AppError("checkpoint-corrupt", word("no-checkpoint"));
  const number = (key: string): number => {
    const value = Number(metadata[key]);
    if (!Number.isFinite(value) || value < 0 || metadata[key] === "")
      throw new AppError("checkpoint-corrupt", word("checkpoint-number", { key }), { key });
    return value;
  };
  const tensors = new Map<string, NamedTensor>();
  const slots = new Map<string, Map<string, NamedTensor>>();
  for (const [name, tensor] of all) {
    if (!name.startsWith(slotPrefix)) {
      tensors.set(name, tensor);
      continue;
    }
    const [slot, ...parameter] = name.slice(slotPrefix.length).split(".");
    const named = slots.get(slot!) ?? new Map<string, NamedTensor>();
    slots.set(slot!, named.set(parameter.join("."), tensor));
  }
  return {
    state: { tensors, slots, steps: number("steps") },
    epoch: number("epoch"),
    step: number("step"),
    totals: { images: number("images"), lossSum: number("lossSum"), correct: number("correct") },
    elapsedMs: number("elapsedMs"),
    ...(metadata["kernels"] === undefined ? {} : { kernels: readKernels(metadata["kernels"]) }),
  };
}

/** @throws AppError "checkpoint-corrupt" */
function readKernels(json: string): KernelTable {
  try {
    const { adapter, variants } = JSON.parse(json) as Partial<Record<keyof KernelTable, unknown>>;
    if (typeof adapter === "string") return { adapter, variants: decodeVariants(variants) };
  } catch {
    // Told below, as what a checkpoint lacks.
  }
  throw new AppError("checkpoint-corrupt", word("checkpoint-kernels"));
}

/** The weights alone, as PyTorch's state_dict: what a user downloads. */
export function encodeWeights(
  state: NetworkState,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  return encodeSafetensors({ tensors: state.tensors, metadata: { format: "pt", ...metadata } });
}
