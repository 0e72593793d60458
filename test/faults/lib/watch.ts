import type { BrowserContext, Page } from "playwright-core";

/** What a page shows at one moment. */
export interface Sight {
  /** ms since 1970. */
  readonly at: number;
  readonly status: string | null;
  readonly trials: readonly {
    readonly trial: number;
    readonly status: string;
    readonly metric: number;
  }[];
  /** What the trials in progress do. */
  readonly phases: readonly string[];
  /** Titles of notices and errors. */
  readonly text: string;
}

/** Looks at every page of a browser each time something changes and tells what it saw: this is what a user has been told. */
export async function watchPages(
  context: BrowserContext,
  see: (sight: Sight, page: Page) => void,
): Promise<void> {
  await context.exposeBinding("tellSight", ({ page }, sight: Sight) => see(sight, page));
  await context.addInitScript(() => {
    let last = "";
    setInterval(() => {
      const all = (name: string): Element[] => [
        ...document.querySelectorAll(`[data-testid="${name}"]`),
      ];
      const value = (element: Element | undefined, name: string): string | null =>
        element?.getAttribute(`data-${name}`) ?? null;
      const seen = {
        status: value(all("experiment-status")[0], "state"),
        trials: all("trial-row").map((row) => ({
          trial: Number(value(row, "trial")),
          status: value(row, "status") ?? "",
          metric: Number(value(row, "metric")),
        })),
        phases: all("now-trial").map((row) => value(row, "phase") ?? ""),
        text: [...document.querySelectorAll('[role="alert"], [role="status"], [role="note"]')]
          .map((element) => element.textContent)
          .join("\n"),
      };
      const now = JSON.stringify(seen);
      if (now === last) return;
      last = now;
      void (window as unknown as { tellSight(sight: unknown): Promise<void> }).tellSight({
        at: Date.now(),
        ...seen,
      });
    }, 30);
  });
}

/** Remembers what was seen last and lets a goal wait for what it wants to see. */
export class Watch {
  last: Sight | null = null;
  readonly #waiting = new Set<() => void>();

  see(sight: Sight): void {
    this.last = sight;
    for (const look of [...this.#waiting]) look();
  }

  /** Nothing that was seen so far counts any more. */
  forget(): void {
    this.last = null;
  }

  /** Rejects when `condition` does not come true in time. */
  until(condition: (sight: Sight) => boolean, what: string, timeoutMs = 60_000): Promise<Sight> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = (): void => {
        if (!this.last || !condition(this.last)) return;
        end();
        resolve(this.last);
      };
      const timer = setTimeout(() => {
        end();
        reject(
          new Error(
            `not within ${timeoutMs / 1000} s: ${what}; seen: ${JSON.stringify(this.last)}`,
          ),
        );
      }, timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }
}

/** True once a worker is busy with a trial again. */
export const isTraining = (sight: Sight): boolean =>
  sight.status === "running" &&
  sight.phases.some((phase) => phase !== "starting" && phase !== "waiting-for-gpu");
