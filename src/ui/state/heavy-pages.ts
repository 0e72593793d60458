import { Lazy } from "./lazy.svelte.ts";

/** Pages that are not part of the first screen. */
export const heavyPages = {
  experiment: new Lazy(
    async () => (await import("../features/experiment/ExperimentPage.svelte")).default,
  ),
  data: new Lazy(async () => (await import("../features/data/DataPage.svelte")).default),
  setup: new Lazy(async () => (await import("../features/new/NewPage.svelte")).default),
};
