import { expose } from "comlink";
import { startHeartbeat } from "./heartbeat.ts";
import { installErrorTransfer } from "./transfer-errors.ts";
import type { TrialWorkerApi } from "./trial/api.ts";
import { Trainer } from "./trial/trainer.ts";

installErrorTransfer();
startHeartbeat();
expose(new Trainer() satisfies TrialWorkerApi);
