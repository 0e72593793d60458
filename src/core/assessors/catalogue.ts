import { asha } from "./asha.ts";
import { curvefitting } from "./curvefitting.ts";
import type { AssessorDefinition } from "./definition.ts";
import { forecast } from "./forecast.ts";
import { medianstop } from "./medianstop.ts";
import { percentile } from "./percentile.ts";

/** Every assessor on offer, in the order the page lists them; registering one is one line. */
export const assessorCatalogue: readonly AssessorDefinition[] = [
  forecast,
  medianstop,
  percentile,
  asha,
  curvefitting,
];
