export type { EventBody, EventType, JournalEvent } from "./events/table.ts";
export type * from "./records.ts";
