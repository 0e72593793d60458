import type { CatalogueOf } from "../catalogue.ts";
import type { journal as area } from "../vocabulary/journal.ts";

export const journal: CatalogueOf<typeof area> = {
  "journal-empty": "The journal is empty.",
  "event-refused": ({ seq, type, problem }, say) => `Event ${seq} (${type}): ${say(problem)}.`,
  "begins-with-creation": "a journal begins with experiment-created",
  "begins-with-zero": ({ seq }) => `a journal begins with seq 0, not ${seq}`,
  "expected-seq": ({ expected, got }) => `expected seq ${expected}, got ${got}`,
  "created-once": "an experiment is created once",
  "status-order": ({ status, before }) => `${status} cannot follow ${before}`,
  "no-such-trial": ({ trial }) => `there is no trial ${trial}`,
  "events-of-at-most": ({ events }) => `A journal has at most ${events} events.`,
  "curve-unreadable": ({ path }) => `${path}: its packed epochs cannot be read.`,
  "trial-already": ({ trial, status }) => `trial ${trial} is already ${status}`,
  "expected-attempt": ({ expected, got }) => `expected attempt ${expected}, got ${got}`,
  "trial-status": ({ trial, status }) => `trial ${trial} is ${status}`,
  "attempt-running": ({ running, got }) => `attempt ${running} is running, not ${got}`,
  "trial-never-started": ({ trial }) => `trial ${trial} was never started`,
  "trial-cannot-become": ({ trial, status, next }) =>
    `trial ${trial} is ${status} and cannot become ${next}`,
  "trial-still": ({ trial, status }) => `trial ${trial} is still ${status}`,
  "expected-trial": ({ expected, got }) => `expected trial ${expected}, got ${got}`,
  "no-trial-to-continue": ({ trial }) => `there is no trial ${trial} to continue from`,
  "epoch-order": ({ trial, epoch, before }) =>
    `trial ${trial}: epoch ${epoch} after epoch ${before}`,
};
