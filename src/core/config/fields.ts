import type { JsonObject } from "../json.ts";
import type { NniReading } from "../search-space/types.ts";

/** Why a field of an NNI configuration means nothing here; the page has a sentence for each. */
export const notUsedReasons = [
  "no-servers",
  "no-processes",
  "no-gpu-choice",
  "no-log-files",
  "no-accounts",
  "no-code",
  "no-trial-limit",
  "no-intermediate-results",
  "separate-file",
  "assessor-missing",
] as const;
export type NotUsedReason = (typeof notUsedReasons)[number];

/** What a top-level field is: `used`, or the reason why not. `reading` is the NNI release it belongs to, null = any. */
export interface ConfigField {
  readonly reading: NniReading | null;
  readonly use: "used" | NotUsedReason;
}

const v1 = (use: ConfigField["use"]): ConfigField => ({ reading: "2.1", use });
const v2 = (use: ConfigField["use"]): ConfigField => ({ reading: "3.0", use });
const any = (use: ConfigField["use"]): ConfigField => ({ reading: null, use });

/** Every top-level field of NNI's v1 and v2 schemas and our own `tabtune`. */
export const configFields: ReadonlyMap<string, ConfigField> = new Map([
  ["tabtune", any("used")],
  ["experimentName", any("used")],
  ["trialConcurrency", any("used")],
  ["tuner", any("used")],
  ["assessor", any("used")],
  ["advisor", any("used")],
  ["useAnnotation", any("no-code")],
  ["nniManagerIp", any("no-servers")],
  ["logLevel", any("no-log-files")],
  ["debug", any("no-log-files")],

  ["maxExecDuration", v1("used")],
  ["maxTrialNum", v1("used")],
  ["searchSpacePath", v1("separate-file")],
  ["authorName", v1("no-accounts")],
  ["description", v1("no-accounts")],
  ["trainingServicePlatform", v1("no-servers")],
  ["multiThread", v1("no-code")],
  ["multiPhase", v1("no-code")],
  ["logDir", v1("no-log-files")],
  ["versionCheck", v1("no-log-files")],
  ["logCollection", v1("no-log-files")],
  ["trial", v1("no-processes")],
  ["localConfig", v1("no-gpu-choice")],
  ["machineList", v1("no-servers")],
  ["remoteConfig", v1("no-servers")],
  ["paiConfig", v1("no-servers")],
  ["paiYarnConfig", v1("no-servers")],
  ["kubeflowConfig", v1("no-servers")],
  ["frameworkcontrollerConfig", v1("no-servers")],
  ["dltsConfig", v1("no-servers")],
  ["amlConfig", v1("no-servers")],
  ["adlConfig", v1("no-servers")],
  ["hybridConfig", v1("no-servers")],
  ["sharedStorage", any("no-servers")],

  ["maxExperimentDuration", v2("used")],
  ["maxTrialNumber", v2("used")],
  ["searchSpace", v2("used")],
  ["searchSpaceFile", v2("separate-file")],
  ["maxTrialDuration", v2("no-trial-limit")],
  ["trialCommand", v2("no-processes")],
  ["trialCodeDirectory", v2("no-processes")],
  ["trialGpuNumber", v2("no-gpu-choice")],
  ["tunerGpuIndices", v2("no-gpu-choice")],
  ["experimentType", v2("no-servers")],
  ["experimentWorkingDirectory", v2("no-log-files")],
  ["trainingService", v2("no-servers")],
]);

/** Fields within `trial`, `localConfig`, `trainingService` … whose reason is another than their parent's. */
export const innerReasons: ReadonlyMap<string, NotUsedReason> = new Map([
  ["gpuNum", "no-gpu-choice"],
  ["gpuIndices", "no-gpu-choice"],
  ["useActiveGpu", "no-gpu-choice"],
  ["maxTrialNumPerGpu", "no-gpu-choice"],
  ["maxTrialNumberPerGpu", "no-gpu-choice"],
]);

/** The field meant by a misspelt one, or null. */
export function closestField(name: string, known: Iterable<string>): string | null {
  // No field is that long, and the comparison costs the product of both lengths.
  if (name.length > 60) return null;
  let best: string | null = null;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Whether an object has a configuration's fields, were they misspelt. */
export function hasConfigFields(object: JsonObject): boolean {
  const keys = Object.keys(object);
  if (keys.some((key) => configFields.has(key))) return true;
  // No configuration has more of them; comparing thousands of keys takes seconds.
  return keys
    .slice(0, configFields.size)
    .some((key) => closestField(key, configFields.keys()) !== null);
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
