import {
  decode,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  text,
  type Decoder,
} from "../../core/decode.ts";
import type { LiveTrial } from "../api.ts";

/** What tabs tell each other. Events themselves are read from storage, which alone is believed. */
export type Announcement =
  | { readonly kind: "appended"; readonly id: string }
  | { readonly kind: "live"; readonly id: string; readonly trials: readonly LiveTrial[] }
  | { readonly kind: "list" };

const count = number(0, Number.MAX_SAFE_INTEGER);
const live: Decoder<LiveTrial> = object({
  trial: integer(0, 100_000),
  phase: oneOf([
    "starting",
    "data",
    "compiling",
    "training",
    "validating",
    "testing",
    "saving",
    "waiting-for-gpu",
  ]),
  epoch: count,
  epochs: count,
  step: count,
  steps: count,
  imagesPerSecond: count,
  trainLoss: nullable(number()),
  trainAccuracy: nullable(number()),
});
const kind = object({ kind: oneOf(["appended", "live", "list"]) });
const appended = object({ id: text(200) });
const liveMessage = object({ id: text(200), trials: list(live, 1000) });

/** Parses a message of another tab; null for anything that is none of ours. */
export function parseAnnouncement(message: unknown): Announcement | null {
  try {
    const parsed = decode(kind, message, "internal", "message");
    if (parsed.kind === "list") return { kind: "list" };
    if (parsed.kind === "appended")
      return { kind: "appended", ...decode(appended, message, "internal", "message") };
    return { kind: "live", ...decode(liveMessage, message, "internal", "message") };
  } catch {
    // Another version of the page, or not ours at all: there is nothing to do with it.
    return null;
  }
}

/** Connects this tab with the others. `hear` is called for their messages only. */
export interface Announcer {
  say(message: Announcement): void;
  hear(listener: (message: Announcement) => void): () => void;
  close(): void;
}

export function createAnnouncer(name = "tabtune"): Announcer {
  const channel = new BroadcastChannel(name);
  const listeners = new Set<(message: Announcement) => void>();
  channel.addEventListener("message", (event) => {
    const message = parseAnnouncement(event.data);
    if (message) for (const listener of listeners) listener(message);
  });
  return {
    say: (message) => channel.postMessage(message),
    hear(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => channel.close(),
  };
}
