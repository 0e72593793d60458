import { itemGrid } from "../kernel.ts";
import { copyChannels, copyQuads } from "../kernels/channel-copy.ts";
import type { PlanContext, Value } from "./plan-context.ts";
import { clearPadding, rowsOf } from "../values.ts";

/** Some channels of a value. */
export interface ChannelRange {
  readonly value: Value;
  readonly first: number;
}

/** Writes a copy of `channels` channels. @param add onto what is there
 *  @returns whether the padding behind the last of them was written, too */
export function copyRange(
  context: PlanContext,
  label: string,
  channels: number,
  {
    from,
    to,
    add,
  }: { readonly from: ChannelRange; readonly to: ChannelRange; readonly add: boolean },
): boolean {
  const whole = isWhole(channels, from) && isWhole(channels, to);
  const unit = whole ? 4 : 1;
  const count = Math.ceil(channels / unit);
  const items = rowsOf(context, from.value) * count;
  context.writer.run({
    label,
    kernel: (whole ? copyQuads : copyChannels)(add, context.real),
    buffers: [from.value.slice, to.value.slice],
    params: {
      items,
      channels: count,
      fromPitch: from.value.pitch / unit,
      fromChannel: from.first / unit,
      toPitch: to.value.pitch / unit,
      toChannel: to.first / unit,
    },
    grid: itemGrid(items),
  });
  return whole;
}

/** Writes a copy to all channels of `to`. */
export function copyToWhole(
  context: PlanContext,
  label: string,
  from: ChannelRange,
  { value: to, add }: { readonly value: Value; readonly add: boolean },
): void {
  const padded = copyRange(context, label, to.channels, { from, to: { value: to, first: 0 }, add });
  if (!add && !padded && to.pitch > to.channels) clearPadding(context, label, to);
}

/** Whether a range consists of groups of four channels, the last of which may be padded. */
const isWhole = (channels: number, { value, first }: ChannelRange): boolean =>
  first % 4 === 0 && (channels % 4 === 0 || first + channels === value.channels);
