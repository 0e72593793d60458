/** What a compiler for a real GPU makes of the convolutions' kernels, on a machine without one: registers, instructions, and its own
 *  estimates of cycles, which take every loop for eight turns. Mesa's driver for AMD compiles for a device that is not there.
 *  tsx test/bench/gpu-compiler.ts [--gpu navi31] [--real f32,f16]
 *  Needs gcc, libvulkan-dev, spirv-tools, and mesa-vulkan-drivers 25.0 (`RADV_FORCE_FAMILY`; later ones have no such device). */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "../../scripts/command-line.ts";
import type { Real } from "../../src/engine/webgpu/conv/conv-shape.ts";
import { convVariants } from "../../src/engine/webgpu/conv/conv-calls.ts";

const { values } = readArguments("tsx test/bench/gpu-compiler.ts", {
  options: {
    gpu: { type: "string", default: "navi31" },
    real: { type: "string", default: "f32" },
    /** Makes the kernels and lets Dawn print them, for the process that called this one. */
    dump: { type: "boolean", default: false },
  },
});

const shape = {
  ...{ batch: 128, height: 16, width: 16, inputs: 128, outHeight: 16, outWidth: 16, outputs: 128 },
  ...({ kernel: [3, 3], stride: [1, 1], padding: [1, 1] } as const),
};
const directions = ["forward", "input-gradient", "filter-gradient"] as const;
const mark = "@@ ";

async function dump(): Promise<void> {
  const { create } = await import("webgpu");
  const gpu = create(["enable-dawn-features=dump_shaders"]);
  // Devices do not outlive it.
  Object.assign(globalThis, { gpu });
  const adapter = await gpu.requestAdapter();
  const half = [...adapter!.features].filter((name) => name === "shader-f16");
  const device = await adapter!.requestDevice({ requiredFeatures: half as GPUFeatureName[] });
  const seen = new Set<string>();
  for (const real of values.real.split(",") as Real[])
    for (const direction of directions)
      for (const variant of convVariants(direction, shape, { family: { kind: "workgroup" }, real }))
        for (const moments of variant.momentRows ? [false, true] : [false]) {
          const [{ kernel }] = variant.calls({ moments }) as [ReturnType<typeof variant.calls>[0]];
          if (variant.name.startsWith("winograd") || seen.has(kernel.code)) continue;
          seen.add(kernel.code);
          const bindings = kernel.access.map((access) => (access === "step" ? "u" : "s")).join("");
          console.log(`\n${mark}${real} ${kernel.name}\t${bindings}u`);
          const module = device.createShaderModule({ code: kernel.code });
          await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
        }
  process.exit(0);
}

/** SPIR-V as Dawn printed it, without what an assembler of 2023 does not know. */
function assembly(printed: string): string {
  const [, code = ""] = printed.split("/* Dumped SPIRV disassembly */\n");
  const lines = code.split("\n");
  const end = lines.findIndex((line) => /^(info:|warning:|\/\/ Dumped)/.test(line));
  return lines
    .slice(0, end < 0 ? undefined : end)
    .filter((line) => !/maximal_reconvergence|MaximallyReconverges/.test(line))
    .join("\n");
}

function compile(): void {
  const folder = mkdtempSync(join(tmpdir(), "tabtune-gpu-compiler-"));
  try {
    const program = join(folder, "pipelines");
    const source = join(import.meta.dirname, "gpu-compiler/pipelines.c");
    execFileSync("gcc", ["-O1", "-o", program, source, "-lvulkan"], { stdio: "inherit" });
    const self = ["tsx", import.meta.filename, "--dump", "--real", values.real];
    const driver = (name: string): string => `/usr/share/vulkan/icd.d/${name}_icd.json`;
    const environment = { ...process.env, XDG_RUNTIME_DIR: "/tmp" };
    const printed = execFileSync("sh", ["-c", 'exec npx "$@" 2>&1', "sh", ...self], {
      env: { ...environment, VK_DRIVER_FILES: driver("lvp") },
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    const kernels = printed.split(`\n${mark}`).slice(1);
    const names = kernels.map((text) => text.slice(0, text.indexOf("\n")).split("\t"));
    const files = kernels.map((text, i) => {
      const file = join(folder, `${i}.spv`);
      writeFileSync(`${file}.txt`, assembly(text));
      execFileSync("spirv-as", ["--target-env", "vulkan1.3", "-o", file, `${file}.txt`]);
      return file;
    });
    const told = execFileSync(
      program,
      files.flatMap((file, i) => [file, names[i]![1]!]),
      {
        env: {
          ...{ ...environment, VK_DRIVER_FILES: driver("radeon"), RADV_FORCE_FAMILY: values.gpu },
          MESA_SHADER_CACHE_DISABLE: "1",
        },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    const columns = ["VGPRs", "Spilled VGPRs", "Instructions", "Latency", "Inverse Throughput"];
    console.log(["kernel", ...columns].join("\t"));
    told
      .trim()
      .split("\n")
      .forEach((line, i) => {
        const statistics = new Map(
          line.split("\t").map((one) => one.split("=") as [string, string]),
        );
        console.log([names[i]![0], ...columns.map((name) => statistics.get(name))].join("\t"));
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.dump) await dump();
else compile();
