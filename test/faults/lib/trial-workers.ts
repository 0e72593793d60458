import type { BrowserContext, Page, Worker } from "playwright-core";

const script = /\/trial\.worker[^/]*\.js$/;

/** Runs a function in every trial worker of a browser before the worker's own script.
 *  @param prelude uses nothing but its argument and the worker's globals */
export async function beforeTrialWorkers<Argument>(
  context: BrowserContext,
  prelude: (argument: Argument) => void,
  argument: () => Argument,
): Promise<void> {
  await context.route(script, async (route) => {
    const response = await route.fetch();
    const call = `(${prelude.toString()})(${JSON.stringify(argument())});`;
    // The compiler of these scripts names functions with a helper that workers do not have.
    const body = `globalThis.__name ??= (named) => named;\n${call}\n${await response.text()}`;
    await route.fulfill({ response, body });
  });
}

/** The page's newest trial worker, to run faults in. */
export function trialWorker(page: Page): Worker {
  const worker = page.workers().findLast((one) => script.test(one.url()));
  if (!worker) throw new Error("the page has no trial worker");
  return worker;
}

/** What `keepHandles` leaves in a page. */
interface Handles {
  readonly trialWorkers: globalThis.Worker[];
}

/** Keeps the page's own handles of its trial workers, for faults that only the page can inject. */
export async function keepHandles(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const trialWorkers: globalThis.Worker[] = [];
    Object.assign(globalThis, { trialWorkers } satisfies Handles);
    globalThis.Worker = class extends globalThis.Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        if (options?.name === "trial") trialWorkers.push(this);
      }
    };
  });
}

/** Ends the newest trial worker as the browser does: nobody is told. @returns when, in ms since 1970 */
export function terminateTrialWorker(page: Page): Promise<number> {
  return page.evaluate(() => {
    (globalThis as unknown as Handles).trialWorkers.at(-1)!.terminate();
    return Date.now();
  });
}

/** Lets the newest trial worker's handle say that a message could not be read. @returns when, in ms since 1970 */
export function breakMessage(page: Page): Promise<number> {
  return page.evaluate(() => {
    const at = Date.now();
    const event = new MessageEvent("messageerror");
    (globalThis as unknown as Handles).trialWorkers.at(-1)!.dispatchEvent(event);
    return at;
  });
}
