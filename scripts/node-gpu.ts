import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { homedir } from "node:os";
import { AppError } from "../src/core/errors.ts";
import { waitPatiently } from "./patient-gpu.ts";
import { asWritten } from "../src/core/words/index.ts";

/** Mesa's software driver before this Vulkan API version lacks features that Dawn requires. */
const oldestMesaApi = [1, 3, 255] as const;

const chromiumIcds = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
];

const howToInstall =
  "Install a Vulkan driver: on Debian `apt-get install mesa-vulkan-drivers` (Mesa 24 or later, libvulkan1), " +
  "or Chromium, whose SwiftShader is used. A driver elsewhere: VK_DRIVER_FILES=/path/to/icd.json";

let installed: Promise<string> | undefined;

/** Installs Dawn (npm `webgpu`) as `navigator.gpu` of this Node process; later calls return the first one's result.
 *  @returns what was chosen: the path of a Vulkan driver file or `system`
 *  @throws AppError "gpu-unavailable" saying how to install a driver */
export function installNodeGpu(): Promise<string> {
  installed ??= install();
  return installed;
}

async function install(): Promise<string> {
  const driver = chooseDriver();
  if (driver === null)
    throw new AppError("gpu-unavailable", asWritten(`No Vulkan driver. ${howToInstall}`));
  // The Vulkan loader reads its environment once, at the first create().
  if (driver !== "system") process.env["VK_DRIVER_FILES"] = driver;
  process.env["XDG_RUNTIME_DIR"] ??= "/tmp";
  const dawn = await import("webgpu").catch((cause: unknown) => {
    throw new AppError(
      "gpu-unavailable",
      asWritten("The npm package `webgpu` cannot be loaded here."),
      {},
      { cause },
    );
  });
  Object.assign(globalThis, dawn.globals);
  if (driver !== "system") waitPatiently();
  // Without quantisation timestamps are exact; nothing here needs protection from timing attacks. Matrix units are unsafe so far.
  const gpu = dawn.create([
    "disable-dawn-features=timestamp_quantization",
    "enable-dawn-features=allow_unsafe_apis",
  ]);
  Object.defineProperty(globalThis, "navigator", {
    value: { gpu, userAgent: "node" },
    configurable: true,
  });
  const adapter = await gpu.requestAdapter();
  if (!adapter)
    throw new AppError(
      "gpu-unavailable",
      asWritten(`Dawn refuses the driver ${driver}. ${howToInstall}`),
      {
        driver,
      },
    );
  return driver;
}

/** The environment's choice, a real GPU through the system's loader, Mesa, Chromium's, Playwright's. */
function chooseDriver(): string | null {
  if (process.platform !== "linux") return "system";
  const chosen = process.env["VK_DRIVER_FILES"] ?? process.env["VK_ICD_FILENAMES"];
  if (chosen) return chosen;
  if (hasGpu()) return "system";
  const mesa = mesaDriver();
  if (mesa) return mesa;
  return [...chromiumIcds, ...playwrightIcds()].find((file) => existsSync(file)) ?? null;
}

/** True where Linux shows a graphics device. */
export const hasGpu = (): boolean => existsSync("/dev/nvidiactl") || renderNodes().length > 0;

const renderNodes = (): string[] => list("/dev/dri").filter((name) => name.startsWith("renderD"));

function mesaDriver(): string | undefined {
  const folder = "/usr/share/vulkan/icd.d";
  return list(folder)
    .filter((name) => /^lvp_icd.*\.json$/.test(name))
    .map((name) => join(folder, name))
    .find((file) => {
      const version = /"api_version":\s*"(\d+)\.(\d+)\.(\d+)"/.exec(readFileSync(file, "utf8"));
      if (!version) return false;
      const difference = oldestMesaApi
        .map((part, index) => Number(version[index + 1]) - part)
        .find((delta) => delta !== 0);
      return (difference ?? 0) >= 0;
    });
}

function playwrightIcds(): string[] {
  const root = process.env["PLAYWRIGHT_BROWSERS_PATH"] ?? join(homedir(), ".cache/ms-playwright");
  return list(root)
    .filter((name) => name.startsWith("chromium"))
    .flatMap((name) =>
      list(join(root, name)).map((inner) => join(root, name, inner, "vk_swiftshader_icd.json")),
    );
}

/** A folder that is not there has no entries. */
const list = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
