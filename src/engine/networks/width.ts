/** Channels of published networks, for weak devices fewer: at 64 a network is the published one, at w every count of channels
 *  is w/64 of the published. */
export const widthParameter = {
  domain: { kind: "integer", min: 1, max: 256 },
  default: 64,
  inForm: true,
} as const;

/** Published channel counts at a width: rounded half up, at least 1. */
export const scaling =
  (width: number) =>
  (channels: number): number =>
    Math.max(1, Math.floor((channels * width) / 64 + 0.5));
