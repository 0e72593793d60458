import type { Precision, PrecisionSetting } from "../../core/config/types.ts";
import type { DeviceReport } from "../api.ts";

/** Two measurements of one kind differ by less than this; half precision gains more where it gains at all. */
const clearMargin = 1.15;

/** What a trial computes with on a device. A trial that goes on keeps what it began with, so that it comes to the same bits.
 *  Without 16-bit floats it is f32 whatever was asked for, and the trial says so; a trial that comes from elsewhere goes on
 *  in f32 then, which its weights are kept in.
 *  @param before of the trial's last attempt, null for the first */
export function precisionOn(
  device: Pick<DeviceReport, "backend" | "halfPrecision" | "halfSpeedup"> | null,
  setting: PrecisionSetting = "f32",
  before: Precision | null = null,
): Precision {
  if (!device?.halfPrecision || device.backend !== "webgpu") return "f32";
  if (before) return before;
  if (setting !== "auto") return setting;
  return (device.halfSpeedup ?? 0) >= clearMargin ? "f16" : "f32";
}
