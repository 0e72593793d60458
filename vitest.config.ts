import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** Tests of the engine that need no GPU: networks, their parameters and what would be dispatched for them. */
const withoutGpu = [
  "test/engine/networks/{inherit,model,toy-network}.test.ts",
  "test/engine/training/{hyperparameters,training-parts}.test.ts",
  "test/engine/webgpu/{channel-range,plan}.test.ts",
];

/** Unit tests and plans are pure and parallel, and share the modules that a worker has loaded: loading them anew for every file
 *  took as long as the tests. Engine tests own a Dawn device each; browser tests open a Chromium each. */
export default defineConfig({
  test: {
    // Vitest itself leaves one core free, of two a half.
    maxWorkers: "100%",
    projects: [
      {
        plugins: [svelte()],
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/engine/**", "test/browser/**"],
          // A busy machine is no failure.
          testTimeout: 240_000,
          expect: { poll: { timeout: 30_000 } },
          isolate: false,
        },
      },
      {
        test: {
          name: "plans",
          include: withoutGpu,
          testTimeout: 120_000,
          isolate: false,
          // One that does ask for a GPU finds none.
          env: { VK_DRIVER_FILES: "none" },
        },
      },
      {
        test: {
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          exclude: withoutGpu,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          pool: "forks",
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          pool: "forks",
        },
      },
    ],
  },
});
