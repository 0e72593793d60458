export type { EventBody, EventType, JournalEvent, Remark } from "./events/table.ts";
export type * from "./records.ts";
