/** Parameters that are set once for all trials, with what the trainer takes and uses by itself. */
export const perTrialFields = [
  { name: "epochs", max: 10_000, usual: 10 },
  { name: "batch_size", max: 4096, usual: 128 },
  { name: "width", max: 256, usual: 64 },
] as const;
