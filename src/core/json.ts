/** JSON as data: what search spaces, parameters, configurations and events are made of. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
/** An object as JSON has it: no undefined, no functions, no dates. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** True for a plain JSON object, not for arrays or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
