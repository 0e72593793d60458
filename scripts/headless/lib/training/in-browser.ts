import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { AppError } from "../../../../src/core/errors.ts";
import { hasGpu } from "../../../node-gpu.ts";
import { findChromium } from "../../../setup/chromium.mjs";
import type { WorkerAnswer } from "./browser-worker.ts";
import type { BenchmarkRequest, BenchmarkResult } from "./run-benchmark.ts";
import { asWritten } from "../../../../src/core/words/index.ts";

/** The same benchmark in a worker of a headless Chromium: on the machine's GPU where it has one, else on SwiftShader.
 *  @throws AppError "gpu-unavailable" without Chromium or WebGPU in it */
export async function runInBrowser(
  request: BenchmarkRequest,
  say: (line: string) => void,
): Promise<BenchmarkResult> {
  const executablePath = await findChromium();
  if (!executablePath)
    throw new AppError("gpu-unavailable", asWritten("No Chromium here; set CHROME_PATH to one."));
  const server = await serve(await bundledWorker());
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath, args: flags() });
  try {
    const page = await browser.newPage();
    page.on("console", (message) => say(message.text()));
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const answer = await page.evaluate(askWorker, request);
    if ("result" in answer) return answer.result;
    throw new AppError(answer.error.code, asWritten(answer.error.message), answer.error.details);
  } finally {
    await browser.close();
    server.close();
  }
}

type LastAnswer = Exclude<WorkerAnswer, { line: string }>;

/** Runs in the page. */
function askWorker(request: BenchmarkRequest): Promise<LastAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker("/worker.js");
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
      if ("line" in data) console.log(data.line);
      else resolve(data);
    };
    worker.postMessage(request);
  });
}

function flags(): string[] {
  const software = ["--use-webgpu-adapter=swiftshader"];
  const linuxGpu = ["--enable-features=Vulkan", "--use-angle=vulkan", "--ignore-gpu-blocklist"];
  const adapter = process.platform !== "linux" ? [] : hasGpu() ? linuxGpu : software;
  // With developer features timestamps are exact.
  return [
    "--enable-unsafe-webgpu",
    "--enable-webgpu-developer-features",
    "--no-sandbox",
    ...adapter,
  ];
}

async function bundledWorker(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "browser-worker.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

async function serve(worker: string): Promise<Server> {
  const server = createServer(({ url }, response) => {
    const script = url === "/worker.js";
    response.setHeader("Content-Type", script ? "text/javascript" : "text/html");
    response.end(script ? worker : '<!doctype html><link rel="icon" href="data:," />');
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return server;
}
