import { directVariants } from "./conv-direct.ts";
import { winogradVariants, winogradWins } from "./conv-winograd.ts";
import { convFlops, smallFlops, type ConvShape } from "./conv-shape.ts";
import type { Call, ConvContext, ConvDirection, ConvOptions, ConvVariant } from "./conv-variant.ts";
import type { ProgramWriter, Slice } from "../program.ts";

export type {
  Call,
  ConvBuffer,
  ConvCall,
  ConvContext,
  ConvDirection,
  ConvOptions,
  ConvVariant,
} from "./conv-variant.ts";

/** Every way to compute this direction of this convolution here, the default first. Pure and cheap: kernels are made by `calls`. */
export const convVariants = (
  direction: ConvDirection,
  shape: ConvShape,
  context: Pick<ConvContext, "family" | "real">,
): readonly ConvVariant[] => {
  const direct = singleDispatch(direction, shape, context);
  if (mayBeCut(direction, shape)) return direct;
  const winograd = winogradVariants(direction, shape, context);
  return winogradWins(direction, shape, context)
    ? [...winograd, ...direct]
    : [...direct, ...winograd];
};

/** Filter gradients are cut between taps on devices that would take too long over the whole. */
const mayBeCut = (direction: ConvDirection, shape: ConvShape): boolean =>
  direction === "filter-gradient" && convFlops(shape) > smallFlops;

/** The variants of one dispatch. Where a device may have to cut the work, all devices use what can be cut: the bits of a
 *  result must not depend on how fast a device seemed to be. */
function singleDispatch(
  direction: ConvDirection,
  shape: ConvShape,
  context: Pick<ConvContext, "family" | "real">,
): readonly ConvVariant[] {
  const all = directVariants(direction, shape, context);
  if (!mayBeCut(direction, shape)) return all;
  const tap = directVariants(direction, { ...shape, kernel: [1, 1] }, context);
  return all.filter(({ name }) => tap.some((one) => one.name === name));
}

/** The variant that `context.choice` names, else the default. */
export function convVariant(
  direction: ConvDirection,
  shape: ConvShape,
  context: ConvContext,
): ConvVariant {
  const variants = convVariants(direction, shape, context);
  const name = context.choice?.(direction, shape);
  return variants.find((variant) => variant.name === name) ?? variants[0]!;
}

/** The same for a convolution that does more to its sums than storing them, which not every variant can. */
export function endingVariant(shape: ConvShape, context: ConvContext): ConvVariant {
  const chosen = convVariant("forward", shape, context);
  return chosen.takesEnding ? chosen : directVariants("forward", shape, context)[0]!;
}

/** Memory that the calls of a variant bind; `bias`, `addend` and `moments` where `ConvOptions` says so. */
export interface ConvOperands {
  readonly first: Slice;
  readonly second: Slice;
  readonly bias?: Slice | undefined;
  readonly addend?: Slice | undefined;
  readonly result: Slice;
  readonly moments?: Slice | undefined;
}

/** What a convolution's dispatches are called, bind and do besides multiplying. */
export interface ConvRun {
  readonly label: string;
  readonly operands: ConvOperands;
  readonly options: ConvOptions;
}

/** Writes a variant's calls, workspaces included. */
export function runConv(
  writer: ProgramWriter,
  variant: ConvVariant,
  { label, operands, options }: ConvRun,
): void {
  const workspaces = variant.workspaces.map((bytes, i) =>
    writer.whole(`${label} workspace ${i}`, bytes),
  );
  for (const { buffers, ...call } of variant.calls(options))
    writer.run({
      label,
      ...call,
      buffers: buffers.map((name) => {
        const slice = typeof name === "number" ? workspaces[name] : operands[name];
        if (!slice) throw new Error(`${label}: ${variant.name} binds ${name}, which is not there`);
        return slice;
      }),
    });
}

/** The default direct kernel of one dispatch. Buffers: x, w, [bias,] y. */
export function convForward(shape: ConvShape, context: ConvContext, bias: boolean): Call {
  const { kernel, params, grid, flops } = directVariants("forward", shape, context)[0]!.calls({
    bias,
  })[0]!;
  return { kernel, params, grid, flops };
}
