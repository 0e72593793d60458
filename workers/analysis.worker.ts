import { expose } from "comlink";
import { AnalysisWorkerApi } from "./analysis/api.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { installErrorTransfer } from "./transfer-errors.ts";

installErrorTransfer();
startHeartbeat();
expose(new AnalysisWorkerApi());
