import type { ErrorRecord } from "../../core/errors.ts";
import type { Language } from "../format.ts";
import type { Messages } from "../messages/en.ts";
import { zhJson, zhMore, zhProblem } from "../messages/zh-problems.ts";

/** An error's detail in the reader's language, and whether the program's English words say more. */
export interface ErrorWords {
  readonly own: string;
  readonly english: boolean;
}

export function errorWords(error: ErrorRecord, t: Messages, language: Language): ErrorWords {
  const place = errorPlace(error, t, language);
  const { expected, remedy, problems, reason } = error.details;
  if (language === "zh" && typeof reason === "string" && error.message.includes("not valid JSON"))
    return { own: zhJson(reason), english: true };
  if (language === "en" || typeof expected !== "string" || typeof remedy !== "string")
    return { own: place, english: true };
  const problem = zhProblem(expected, remedy);
  if (problem === null) return { own: place, english: true };
  const more = typeof problems === "number" && problems > 1;
  return { own: `${place}${problem}${more ? zhMore(problems) : ""}`, english: more };
}

/** Where an error lies and what was found there; empty in English, whose message says so itself. */
export function errorPlace({ details }: ErrorRecord, t: Messages, language: Language): string {
  const { path, value, argument, tuner, assessor } = details;
  if (language === "en") return "";
  const place = path ?? argument;
  const owner = tuner ?? assessor;
  if (typeof place !== "string" || place === "")
    return typeof owner === "string" ? t.errorAt(owner, "") : "";
  const at = typeof owner === "string" ? `${owner}.${place}` : place;
  return t.errorAt(at, value === undefined || value === null ? "" : String(value));
}

/** Whether what is wrong stands in the search space: its form, or a parameter that it names and no trial can take. */
export function isOfSpace({ code, details }: ErrorRecord, spaceText: string): boolean {
  if (code === "search-space-invalid") return true;
  const name = /^[^.[]+/.exec(String(details.path ?? ""))?.[0];
  return code === "parameter-invalid" && name !== undefined && spaceText.includes(`"${name}"`);
}
