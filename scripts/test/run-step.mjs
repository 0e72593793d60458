import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { root } from "../setup/dependencies.mjs";

/** Runs a command in the repository's folder.
 *  @param {string} command
 *  @param {readonly string[]} args
 *  @param {Record<string, string>} environment beside this process's own
 *  @param {string | null} prefix before every line of its output, so that steps side by side stay readable
 *  @returns {Promise<number>} its status; 1 where a signal ended it */
export async function runStep(command, args, environment, prefix) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: prefix === null ? "inherit" : ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
    shell: process.platform === "win32",
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface(stream).on("line", (line) => console.log(`${prefix}${line}`));
  const [status] = await once(child, "close");
  return status ?? 1;
}

/** What a file of Vitest's JSON reporter counts, all 0 where there is none.
 *  @param {string} file */
export function readCounts(file) {
  try {
    const json = JSON.parse(readFileSync(file, "utf8"));
    return {
      passed: json.numPassedTests,
      failed: json.numFailedTests,
      skipped: json.numPendingTests + json.numTodoTests,
      titles: json.testResults
        .flatMap((one) => one.assertionResults)
        .filter(({ status }) => status !== "passed" && status !== "failed")
        .map(({ fullName }) => fullName),
    };
  } catch {
    // No report means that the runner itself failed; its exit status counts then.
    return { passed: 0, failed: 0, skipped: 0, titles: [] };
  }
}
