import * as tf from "@tensorflow/tfjs-core";
import { AppError } from "../core/errors.ts";
import { DeviceFailure } from "./device-failure.ts";
import type { EngineDevice, FallbackReason } from "./engine-device.ts";
import { word } from "../core/words/index.ts";

/** TensorFlow.js' WebGL backend, or null where it is not to be had or computes in 16 bits. */
export async function openWebGl(reason: FallbackReason | null): Promise<EngineDevice | null> {
  if (typeof OffscreenCanvas === "undefined" && typeof document === "undefined") return null;
  try {
    await import("@tensorflow/tfjs-backend-webgl");
    if (!(await tf.setBackend("webgl"))) return null;
    // Half-precision textures would train wrongly without saying so.
    if (!tf.env().getBool("WEBGL_RENDER_FLOAT32_ENABLED")) return null;
    return webGlDevice(contextOf(tf.backend()), reason);
  } catch {
    // No usable WebGL: the CPU backend always is.
    return null;
  }
}

const contextOf = (backend: unknown): WebGL2RenderingContext =>
  (backend as { readonly gpgpu: { readonly gl: WebGL2RenderingContext } }).gpgpu.gl;

function webGlDevice(
  gl: WebGL2RenderingContext,
  fallbackReason: FallbackReason | null,
): EngineDevice {
  const failure = new DeviceFailure();
  const lost = (): void =>
    failure.fail(new AppError("gpu-lost", word("webgl-lost"), { reason: "webgl" }));
  gl.canvas.addEventListener("webglcontextlost", lost);
  const adapter = rendererName(gl);
  return {
    backend: "webgl",
    adapter,
    software: /swiftshader|llvmpipe|software|basic render/i.test(adapter),
    halfPrecision: false,
    matrixConfigs: [],
    fallbackReason,
    maxBufferBytes: 0,
    gpu: null,
    get failure() {
      return failure.current;
    },
    check: () => failure.check(),
    async settle() {
      // WebGL says nothing by itself: it keeps an error until it is asked. A lost context computes zeros.
      if (gl.isContextLost()) lost();
      const code = gl.getError();
      if (code === gl.OUT_OF_MEMORY)
        failure.fail(new AppError("gpu-memory", word("webgl-memory-full")));
      else if (code !== gl.NO_ERROR && code !== gl.CONTEXT_LOST_WEBGL)
        failure.fail(
          new AppError("gpu-validation", word("webgl-error", { error: code }), {
            kind: "webgl",
            code,
          }),
        );
      failure.check();
    },
    onFailure: (listener) => failure.listen(listener),
    // The backend registers itself once, when its module is loaded, so it stays.
    dispose() {
      failure.end();
      gl.canvas.removeEventListener("webglcontextlost", lost);
    },
  };
}

function rendererName(gl: WebGL2RenderingContext): string {
  const extension = gl.getExtension("WEBGL_debug_renderer_info");
  return extension ? String(gl.getParameter(extension.UNMASKED_RENDERER_WEBGL)) : "WebGL";
}
