const vendors: Readonly<Record<string, string>> = {
  nvidia: "NVIDIA",
  amd: "AMD",
  intel: "Intel",
  apple: "Apple",
  qualcomm: "Qualcomm",
  arm: "Arm",
  "img-tec": "Imagination",
  mesa: "Mesa",
  microsoft: "Microsoft",
};

const softwareNames = /swiftshader|llvmpipe|lavapipe|basic render|warp|software/i;

/** True for adapters that compute on the CPU. */
export function isSoftware(adapter: GPUAdapter): boolean {
  return adapter.info.isFallbackAdapter === true || softwareNames.test(rawName(adapter.info));
}

/** A name a person recognises; browsers withhold parts of it, so it may be as coarse as `NVIDIA Ampere`. */
export function describeAdapter(adapter: GPUAdapter): string {
  const info = adapter.info;
  const raw = rawName(info);
  if (/swiftshader/i.test(raw)) return "SwiftShader (software)";
  if (/llvmpipe|lavapipe/i.test(raw)) return "Mesa llvmpipe (software)";
  const suffix = isSoftware(adapter) ? " (software)" : "";
  if (info.description) return info.description + suffix;
  const vendor = vendors[info.vendor.toLowerCase()] ?? info.vendor;
  const family = info.architecture.replace(/^\w/, (letter) => letter.toUpperCase());
  return ([vendor, family].filter(Boolean).join(" ") || "WebGPU") + suffix;
}

const rawName = (info: GPUAdapterInfo): string =>
  [info.vendor, info.architecture, info.device, info.description].join(" ");
