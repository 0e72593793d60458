import type { TrialWorkerApi } from "../../../workers/trial/api.ts";
import type { WorkerClient } from "./worker-client.ts";

/** A worker that nobody needs for so long gives its memory and its device back. */
const keptMs = 60_000;

/** The trial worker that looked at the device. Its code is loaded and its device open, which is a second or more of the way to
 *  the first step, so the first trial takes it over. */
export class SpareWorker {
  #client: WorkerClient<TrialWorkerApi> | null = null;
  #end: ReturnType<typeof setTimeout> | undefined;

  /** Takes what was kept before out of service. */
  keep(client: WorkerClient<TrialWorkerApi>): void {
    this.take()?.terminate();
    this.#client = client;
    this.#end = setTimeout(() => this.take()?.terminate(), keptMs);
  }

  /** @returns null when there is none that lives */
  take(): WorkerClient<TrialWorkerApi> | null {
    clearTimeout(this.#end);
    const client = this.#client;
    this.#client = null;
    return client?.isDead ? null : client;
  }
}
