import { expose } from "comlink";
import { DatasetWorkerApi } from "./dataset/api.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { installErrorTransfer } from "./transfer-errors.ts";

installErrorTransfer();
startHeartbeat();
expose(new DatasetWorkerApi());
