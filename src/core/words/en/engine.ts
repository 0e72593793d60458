import type { CatalogueOf } from "../catalogue.ts";
import type { engine as area } from "../vocabulary/engine.ts";

export const engine: CatalogueOf<typeof area> = {
  "no-webgl": "WebGL is not available here.",
  "no-webgpu": ({ reason }) => `WebGPU: ${reason}`,
  "needs-webgpu": "The WebGPU engine needs a WebGPU device.",
  "no-half-precision": "This GPU has no 16-bit floats.",
  "no-timestamps": "This GPU has no timestamp queries.",
  "device-lost": ({ reason }, say) => `The GPU device was lost: ${say(reason)}`,
  "webgl-lost": "The WebGL context was lost.",
  "memory-full": ({ reason }, say) => `The GPU has no memory left: ${say(reason)}`,
  "webgl-memory-full": "The GPU has no memory left (WebGL).",
  "command-rejected": ({ reason }, say) => `The GPU rejected a command: ${say(reason)}`,
  "webgl-error": ({ error }) => `The GPU rejected a command: WebGL error ${error}.`,
  "wrong-answers": ({ adapter, wrong, values, precision }) =>
    `${adapter} calculated ${wrong} of ${values} known values wrongly (${precision}).`,
  "kernel-broken": ({ kernel, reason }, say) => `Kernel ${kernel} does not compile: ${say(reason)}`,
  "no-room": ({ bytes }) => `The GPU has no room for ${bytes} bytes.`,
  "no-room-but-for": ({ bytes, batch }) =>
    `The GPU has no room for ${bytes} bytes. ${
      batch > 0
        ? `There is room for batch_size ${batch} now.`
        : "Not even one image at a time fits now."
    }`,
  "no-room-for-images": ({ bytes }) => `The GPU has no room for ${bytes} bytes of images.`,
  "binds-too-little": ({ bytes }) =>
    `The GPU binds too little at once for ${bytes} bytes of images.`,
  "buffer-too-large": ({ batch, largest }) =>
    `Batch size ${batch} needs a buffer larger than this GPU binds; ${largest} is the largest that fits.`,
};
