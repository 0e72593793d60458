import { oneOf, optional, text } from "../../decode.ts";
import type { ExperimentStatus } from "../records.ts";
import { duration, error } from "./fields.ts";
import type { EventKind } from "./kind.ts";
import { word } from "../../words/index.ts";

const successors: Readonly<Record<ExperimentStatus, readonly ExperimentStatus[]>> = {
  idle: ["preparing", "running", "paused", "done", "failed"],
  preparing: ["idle", "running", "paused", "done", "failed"],
  running: ["preparing", "paused", "done", "failed"],
  paused: ["preparing", "running", "done", "failed"],
  done: ["preparing", "running", "paused", "failed"],
  failed: ["preparing", "running", "paused", "done"],
};

const fields = {
  status: oneOf(["idle", "preparing", "running", "paused", "done", "failed"]),
  /** Message key, e.g. `user`, `limits-reached`, `exhausted`, `error`. */
  reason: text(200),
  error: optional(error),
  /** Measured time it has run since the last `running`; absent before version 3, and where a page was closed in between. */
  activeMs: optional(duration),
};

/** What the experiment does from here on; only time spent `running` counts as elapsed. */
export const statusChanged: EventKind<"status-changed", typeof fields> = {
  type: "status-changed",
  fields,
  strict: false,
  inLog: true,
  apply(draft, event, refuse) {
    const { status } = event;
    if (status !== draft.status && !successors[draft.status].includes(status))
      refuse(word("status-order", { status, before: draft.status }));
    if (draft.runningSince !== null) {
      // "running" after "running" is a tab that came back: what it slept since its last event does not count.
      const until = status === "running" ? draft.updatedAt : event.at;
      draft.elapsedMs += event.activeMs ?? Math.max(0, until - draft.runningSince);
    }
    draft.runningSince = status === "running" ? event.at : null;
    draft.status = status;
    draft.statusReason = event.reason;
    draft.error = event.error ?? null;
  },
};
