import { describe, expect, it } from "vitest";
import { fitHyperparameters } from "../../../src/core/math/gaussian-process/fit.ts";
import { logImprovement } from "../../../src/core/math/gaussian-process/expected-improvement.ts";
import type { Hyperparameters, Points } from "../../../src/core/math/gaussian-process/kernel.ts";
import { createLikelihood } from "../../../src/core/math/gaussian-process/likelihood.ts";
import { createPosterior } from "../../../src/core/math/gaussian-process/posterior.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import oracle from "../../fixtures/gaussian-process.json";

const points: Points = {
  count: oracle.y.length,
  dims: oracle.dims,
  values: Float64Array.from(oracle.x),
  categorical: oracle.categorical,
};
const y = Float64Array.from(oracle.y);
const extraNoise = Float64Array.from(oracle.extraNoise);
const hyper: Hyperparameters = {
  weights: Float64Array.from(oracle.weights),
  scale: oracle.scale,
  noise: oracle.noise,
};

const close = (actual: number, expected: number, relative: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(
    relative * Math.max(1, Math.abs(expected)),
  );

describe("a Gaussian process", () => {
  it("has the log likelihood and the gradient that SciPy's multivariate normal gives", () => {
    const gradient = new Float64Array(points.dims + 2);
    close(
      createLikelihood(points, y, extraNoise).evaluate(hyper, gradient),
      oracle.logLikelihood,
      1e-10,
    );
    oracle.gradient.forEach((expected, i) => close(gradient[i]!, expected, 1e-7));
  });

  it("predicts the mean and variance that NumPy's closed form gives, an unknown category included", () => {
    const posterior = createPosterior(points, y, extraNoise, hyper);
    oracle.mean.forEach((mean, i) => {
      const at = Float64Array.from(oracle.at).subarray(i * points.dims, (i + 1) * points.dims);
      const prediction = posterior.predict(at);
      close(prediction.mean, mean, 1e-10);
      close(posterior.mean(at), mean, 1e-10);
      close(prediction.variance, oracle.variance[i]!, 1e-10);
    });
  });

  it("has gradients of mean and variance equal to central differences", () => {
    const posterior = createPosterior(points, y, extraNoise, hyper);
    const rng = createRng("gradients");
    for (let repeat = 0; repeat < 20; repeat++) {
      const x = Float64Array.of(rng.next(), rng.next(), rng.int(3));
      const meanSlope = new Float64Array(3);
      const varianceSlope = new Float64Array(3);
      posterior.predict(x, meanSlope, varianceSlope);
      for (let k = 0; k < 2; k++) {
        const h = 1e-5;
        const [low, high] = [x.slice(), x.slice()];
        low[k] = low[k]! - h;
        high[k] = high[k]! + h;
        const [a, b] = [posterior.predict(low), posterior.predict(high)];
        close(meanSlope[k]!, (b.mean - a.mean) / (2 * h), 1e-6);
        close(varianceSlope[k]!, (b.variance - a.variance) / (2 * h), 1e-6);
      }
      expect(meanSlope[2]).toBe(0);
    }
  });

  it("log expected improvement agrees with mpmath from z = -40000 to 30", () => {
    for (const [z, value, slope] of oracle.improvement) {
      const result = logImprovement(z!);
      close(result.value, value!, 1e-12);
      close(result.slope, slope!, 1e-9);
    }
  });

  it("finds relevance and noise: an irrelevant feature gets a long scale, the noise its true size", () => {
    const rng = createRng("relevance");
    const count = 80;
    const values = Float64Array.from({ length: count * 2 }, () => rng.next());
    const targets = Float64Array.from(
      { length: count },
      (_, i) => 1.4 * Math.sin(6 * values[2 * i]!) + 0.1 * rng.normal(),
    );
    const start = { weights: Float64Array.of(3, 3), scale: 1, noise: 1e-3 };
    const observed = { count, dims: 2, values, categorical: [false, false] };
    const fit = fitHyperparameters({ points: observed, y: targets, extraNoise: null }, [start]);
    expect(fit.hyper.weights[0]!).toBeGreaterThan(30 * fit.hyper.weights[1]!);
    expect(Math.sqrt(fit.hyper.noise)).toBeGreaterThan(0.07);
    expect(Math.sqrt(fit.hyper.noise)).toBeLessThan(0.14);
  });

  it("the fit is a stationary point or lies on a bound: no small step from it raises the posterior", () => {
    const starts = [{ weights: new Float64Array(3).fill(3), scale: 1, noise: 1e-3 }];
    const fitted = fitHyperparameters({ points, y, extraNoise }, starts, { maxIterations: 200 });
    for (let k = 0; k < 3; k++)
      for (const factor of [0.5, 2]) {
        const weights = fitted.hyper.weights.slice();
        weights[k] = weights[k]! * factor;
        const moved = [{ ...fitted.hyper, weights }];
        const value = fitHyperparameters({ points, y, extraNoise }, moved, { maxIterations: 0 });
        expect(value.logPosterior).toBeLessThanOrEqual(fitted.logPosterior + 1e-6);
      }
  });
});
