import { expose } from "comlink";
import { startHeartbeat } from "./heartbeat.ts";
import { installErrorTransfer } from "./transfer-errors.ts";
import type { TrialWorkerApi } from "./trial/api.ts";
import { Trainer } from "./trial/trainer.ts";

installErrorTransfer();
startHeartbeat();
const trainer = new Trainer();
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  // Commands still under way on a lost device all reject; the loss itself has been reported. Anything else is a mistake
  // nobody waits for: it ends the worker, and with it the attempt.
  if (!trainer.hasFailed) reportError(event.reason);
});
expose(trainer satisfies TrialWorkerApi);
