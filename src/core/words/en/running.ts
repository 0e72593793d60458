import type { CatalogueOf } from "../catalogue.ts";
import type { running as area } from "../vocabulary/running.ts";

export const running: CatalogueOf<typeof area> = {
  "no-such-experiment": ({ experiment }) => `There is no experiment ${experiment} here.`,
  "another-tab":
    "Another tab runs this experiment. Close it there, and this tab takes over by itself.",
  "another-tab-close": "Another tab runs this experiment. Close it there first.",
  "start-called-off": "The start was called off.",
  "file-unread": ({ path, status }) => `${path} could not be read (${status}).`,
  "worker-silent": ({ seconds }) => `A worker did not answer for ${seconds} s.`,
  "worker-gone": "The worker is gone.",
  "worker-terminated": "The worker was terminated.",
  "worker-unreadable": "A worker sent a message that could not be read.",
  "worker-failed": ({ reason }, say) => `A worker failed: ${say(reason)}`,
  "unknown-error": "unknown error",
  "weights-not-kept": ({ trial }) =>
    `The weights that trial ${trial} ended with could not be saved or are not kept any more.`,
  "page-died": ({ attempt }) => `The page died during attempt ${attempt}.`,
  "no-attempt-got-further": ({ attempts }) =>
    `The page or its worker was gone before any of the last attempts got further, ${attempts} in all.`,
  "trial-without-epoch": ({ trial }) => `Trial ${trial} finished without training an epoch.`,
  "no-preset": ({ preset }) => `There is no preset ${preset}.`,
  "no-drawing": "The browser gave no drawing context.",
  "no-picture": "The picture could not be made.",
};
