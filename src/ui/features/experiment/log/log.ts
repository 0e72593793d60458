import type { JournalEvent } from "../../../../core/journal/events.ts";
import type { Say } from "../../../../core/words/index.ts";
import { errorText } from "../../../views/error-place.ts";
import { parameterValue, percent } from "../../../format.ts";
import type { Messages } from "../../../messages/en/index.ts";
import { titleOf } from "../../data/dataset.ts";
import { endSentence } from "../trials/why.ts";

/** One event as a line of the log, in the reader's language. */
export function logLine(event: JournalEvent, t: Messages, say: Say): string {
  const { log } = t;
  switch (event.type) {
    case "experiment-created":
      return log.created;
    case "experiment-renamed":
      return log.renamed(event.name);
    case "status-changed":
      return log.status(
        t.status[event.status],
        event.error ? t.errors[event.error.code] : log.reason(event.reason),
      );
    case "limits-changed":
      return log.limits(limits(event, t));
    case "trial-added":
      return log.added(event.trial, list(event.parameters));
    case "attempt-started":
      return log.attempt(event.trial, event.attempt);
    case "attempt-failed":
      return log.attemptFailed(
        event.trial,
        event.attempt,
        `${t.errors[event.error.code]} ${errorText(event.error, say)}`,
      );
    case "epoch-finished":
    case "checkpoint-saved":
      // No part of the log that a state keeps.
      return "";
    case "trial-ended": {
      const reason = event.error ? t.errors[event.error.code] : endSentence(event, t);
      return log.ended(event.trial, t.trialStatus[event.status], percent(event.final), reason);
    }
    case "test-finished":
      return log.tested(event.trial, percent(event.testAccuracy));
    case "note":
      return log.note(event.code, facts(event.details));
    case "note-written":
      return log.noteWritten(event.trial, event.text);
    case "trial-tagged":
      return log.tagged(event.trial, event.tags.join(", "));
    default:
      return event satisfies never;
  }
}

/** The limits that were changed, as the form calls them. */
function limits(
  change: Extract<JournalEvent, { type: "limits-changed" }>,
  { setup }: Messages,
): string {
  const { trialConcurrency, maxTrialNumber, maxDurationMs } = change;
  const minutes = maxDurationMs === null ? setup.noLimit : maxDurationMs && maxDurationMs / 60_000;
  const changed = [
    [setup.maxTrials, maxTrialNumber],
    [setup.concurrency, trialConcurrency],
    [setup.maxDuration, minutes],
  ] as const;
  return changed
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}`))
    .join(", ");
}

/** What a note tells: of images, whose they are; a single text needs no name. */
function facts(details: Readonly<Record<string, unknown>>): string {
  if (typeof details["dataset"] === "string") return titleOf(details["dataset"]);
  const [only, ...others] = Object.values(details);
  return typeof only === "string" && others.length === 0 ? only : list(details);
}

function list(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name} ${parameterValue(value)}`)
    .join(", ");
}
