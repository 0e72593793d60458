import type { ConvShape } from "../../../src/engine/webgpu/conv/conv-shape.ts";

/** Plain float64 convolution and both gradients, looping over (pixel, tap, in, out); the oracle of every variant. */
export function convReference(
  s: ConvShape,
  x: Float32Array,
  w: Float32Array,
  dy: Float32Array,
): { readonly y: Float64Array; readonly dx: Float64Array; readonly dw: Float64Array } {
  const y = new Float64Array(s.batch * s.outHeight * s.outWidth * s.outputs);
  const dx = new Float64Array(x.length);
  const dw = new Float64Array(w.length);
  for (let b = 0; b < s.batch; b++)
    for (let oy = 0; oy < s.outHeight; oy++)
      for (let ox = 0; ox < s.outWidth; ox++)
        for (let ky = 0; ky < s.kernel[0]; ky++)
          for (let kx = 0; kx < s.kernel[1]; kx++) {
            const iy = oy * s.stride[0] + ky - s.padding[0];
            const ix = ox * s.stride[1] + kx - s.padding[1];
            if (iy < 0 || ix < 0 || iy >= s.height || ix >= s.width) continue;
            const xAt = ((b * s.height + iy) * s.width + ix) * s.inputs;
            const yAt = ((b * s.outHeight + oy) * s.outWidth + ox) * s.outputs;
            const wAt = (ky * s.kernel[1] + kx) * s.inputs * s.outputs;
            for (let i = 0; i < s.inputs; i++)
              for (let o = 0; o < s.outputs; o++) {
                const wi = wAt + i * s.outputs + o;
                y[yAt + o]! += x[xAt + i]! * w[wi]!;
                dx[xAt + i]! += dy[yAt + o]! * w[wi]!;
                dw[wi]! += dy[yAt + o]! * x[xAt + i]!;
              }
          }
  return { y, dx, dw };
}
