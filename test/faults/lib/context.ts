import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "../../../src/core/math/rng.ts";
import { isPolicyViolation, openVisitor, type Visitor } from "../../browser/harness.ts";
import type { FaultContext, Goal } from "./goal.ts";
import type { Kept } from "./kept.ts";

/** The build and its server, shared by all goals of a run. */
export interface Site {
  url(): Promise<string>;
  dist(): Promise<string>;
}

/** A goal's context, and what the runner needs to end it. */
export interface OpenContext {
  readonly context: FaultContext;
  /** Uncaught errors, policy violations and blank pages seen in any browser of the goal. */
  readonly uncaught: string[];
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly goal: Goal;
  readonly count: number;
  readonly reduced: boolean;
  readonly seed: number;
  readonly site: Site;
  readonly kept: Kept;
  readonly log: (line: string) => void;
}

export function openContext(options: ContextOptions): OpenContext {
  const { goal, count, reduced, seed, site, kept, log } = options;
  const visitors: Visitor[] = [];
  const profiles: string[] = [];
  const uncaught: string[] = [];

  const profile = (): string => {
    const folder = mkdtempSync(join(tmpdir(), `tabtune-faults-${goal.id}-`));
    profiles.push(folder);
    return folder;
  };

  const context: FaultContext = {
    count,
    reduced,
    seed,
    rng: (...purpose) => createRng(seed, goal.id, ...purpose),
    log,
    url: site.url,
    dist: site.dist,
    profile,
    within: (limitMs) => (reduced ? 6 * limitMs : limitMs),
    async open({ origin, ...visitorOptions } = {}) {
      const visitor = await openVisitor(origin ?? (await site.url()), {
        ...visitorOptions,
        profile: visitorOptions.profile ?? profile(),
      });
      // The compiler of these scripts names functions with a helper that pages do not have.
      await visitor.context.addInitScript("globalThis.__name ??= (named) => named");
      let open = true;
      const watched: Visitor = {
        ...visitor,
        async close() {
          if (!open) return;
          open = false;
          uncaught.push(...visitor.problems.filter(isUncaught), ...(await blankPages(visitor)));
          // A violation of the policy is among the uncaught ones already.
          await visitor
            .close()
            .catch((error: unknown) => log(`closing a browser: ${String(error)}`));
        },
      };
      visitors.push(watched);
      return watched;
    },
    async part(name, make) {
      const known = reduced ? undefined : kept.read(`${goal.id}.${count}.${seed}.${name}`);
      if (known !== undefined) return known as Awaited<ReturnType<typeof make>>;
      const result = await make();
      if (!reduced) kept.write(`${goal.id}.${count}.${seed}.${name}`, result);
      return result;
    },
  };
  return {
    context,
    uncaught,
    async close() {
      for (const visitor of visitors)
        await visitor.close().catch((error: unknown) => log(`closing a browser: ${String(error)}`));
      for (const folder of profiles)
        try {
          rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
        } catch (error) {
          // A browser's last process may write on for a while; what stays of it in the temporary folder changes no result.
          log(`deleting ${folder}: ${String(error)}`);
        }
    },
  };
}

const isUncaught = (problem: string): boolean =>
  problem.startsWith("uncaught:") || isPolicyViolation(problem);

/** Pages that show nothing at all at the end of a goal; a page that is dead or about:blank is no white screen. */
async function blankPages(visitor: Visitor): Promise<string[]> {
  const blank: string[] = [];
  for (const page of visitor.context.pages()) {
    if (!page.url().startsWith("http")) continue;
    const text = await Promise.race([
      page.evaluate(() => document.body.innerText.trim()).catch(() => null),
      new Promise<null>((resolve) => setTimeout(() => resolve(null), 2000)),
    ]);
    if (text === "") blank.push(`white screen: ${page.url()}`);
  }
  return blank;
}
