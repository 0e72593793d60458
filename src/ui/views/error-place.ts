import { AppError, type ErrorRecord, type Problem } from "../../core/errors.ts";
import type { Language } from "../format.ts";
import type { Messages } from "../messages/en/index.ts";
import { zhMore, zhProblem } from "../messages/zh/problems.ts";
import { zhSentence } from "../messages/zh/sentences.ts";

/** A line of an error's detail, and whether it is in the program's own English. */
export interface ErrorLine {
  readonly text: string;
  readonly english: boolean;
}

/** What exactly is wrong, in the reader's language as far as it can be said there. */
export function errorLines(
  error: ErrorRecord,
  t: Messages,
  language: Language,
): readonly ErrorLine[] {
  if (language === "en") return [{ text: error.message, english: true }];
  const [first, ...others] = linesOf(error, t, language);
  const { file } = error.details;
  if (!first || first.english || typeof file !== "string") return first ? [first, ...others] : [];
  return [{ ...first, text: t.inFile(file, first.text) }, ...others];
}

function linesOf(error: ErrorRecord, t: Messages, language: Language): readonly ErrorLine[] {
  if (Number(error.details["refusals"]) > 1)
    return error.message.split("\n").map((line) => refusalLine(line, t));
  const listed = problemsOf(error);
  if (listed.length > 0) {
    const count = Number(error.details["problems"] ?? listed.length);
    const lines = listed.map((problem) => problemLine(problem, t));
    if (count === listed.length) return lines;
    return [...lines, { text: zhMore(count - listed.length), english: false }];
  }
  const said = zhSentence(error.message);
  const own = { text: `${errorPlace(error, t, language)}${said ?? ""}`, english: false };
  // The program's own words of text that cannot be read show the place itself.
  const alone = said !== null && typeof error.details["reason"] !== "string";
  const program = { text: error.message, english: true };
  return [own, ...(alone ? [] : [program])].filter(({ text }) => text !== "");
}

/** One of several refusals, which begins with its place. */
function refusalLine(line: string, t: Messages): ErrorLine {
  const said = zhSentence(line);
  const [place = ""] = line.split(": ", 1);
  return said === null
    ? { text: line, english: true }
    : { text: `${t.errorAt(place, "")}${said}`, english: false };
}

function problemLine({ path, value, expected, remedy }: Problem, t: Messages): ErrorLine {
  const said = zhProblem(expected, remedy);
  const place = t.errorAt(path, value);
  return said === null
    ? { text: `${place}Expected ${expected}. ${remedy}`, english: true }
    : { text: `${place}${said}`, english: false };
}

/** All problems; of an error that tells of one in its details, that one. */
function problemsOf(error: ErrorRecord): readonly Problem[] {
  const { path, value, expected, remedy = "" } = error.details;
  const { problems } = AppError.fromRecord(error);
  if (problems) return problems;
  if (typeof expected !== "string") return [];
  return [{ path: String(path), value: String(value), expected, remedy: String(remedy) }];
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
