import type { Activation } from "./norm-group.ts";

/** GELU by the error function, which WGSL has not: a rational function of x on [-4, 4], 6.5e-8 from erf (4.2e-7 when computed in f32).
 *  @see Eigen's generic_fast_erf_float, MathFunctionsImpl.h, of which these are the coefficients; checked in test/engine/webgpu/gelu.test.ts */
export const geluActivation: Activation = {
  name: "gelu",
  functions: `fn erf(value: vec4f) -> vec4f {
  let x = clamp(value, vec4f(-4.0), vec4f(4.0));
  let s = x * x;
  var a = s * -2.72614225801306e-10 + 2.77068142495902e-08;
  a = s * a - 2.10102402082508e-06;
  a = s * a - 5.69250639462346e-05;
  a = s * a - 7.34990630326855e-04;
  a = s * a - 2.95459980854025e-03;
  a = s * a - 1.60960333262415e-02;
  var b = s * -1.45660718464996e-05 - 2.13374055278905e-04;
  b = s * b - 1.68282697438203e-03;
  b = s * b - 7.37332916720468e-03;
  b = s * b - 1.42647390514189e-02;
  return x * a / b;
}
fn phi(u: vec4f) -> vec4f { return 0.5 + 0.5 * erf(u * ${Math.SQRT1_2}); }
fn activate(u: vec4f) -> vec4f { return u * phi(u); }
fn slope(u: vec4f) -> vec4f { return phi(u) + u * exp(-0.5 * u * u) * ${1 / Math.sqrt(2 * Math.PI)}; }`,
};
