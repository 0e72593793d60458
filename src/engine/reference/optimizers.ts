import * as tf from "@tensorflow/tfjs-core";
import type { OptimizerConfig } from "../training/optimizer-config.ts";

/** One parameter's state slots, by PyTorch's names. */
export type Slots = Readonly<Record<string, tf.Tensor>>;

/** A parameter and what the optimizer keeps of it. */
export interface OptimizedParameter {
  readonly parameter: tf.Tensor;
  readonly slots: Slots;
}

/** One optimizer step of one parameter, PyTorch's formulas (`torch.optim`, single-tensor path).
 *  @param step 1 for the first step
 *  Slots start at zero. Call it inside `tf.tidy`; the results are new tensors. */
export function updateParameter(
  config: OptimizerConfig,
  { parameter, slots }: OptimizedParameter,
  gradient: tf.Tensor,
  { learningRate, step }: { readonly learningRate: number; readonly step: number },
): OptimizedParameter {
  const decay = config.name === "AdamW" ? 0 : config.weightDecay;
  const g = decay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, decay));
  switch (config.name) {
    case "SGD": {
      if (config.momentum === 0) return { parameter: descend(parameter, g, learningRate), slots };
      const momentum_buffer = tf.add(tf.mul(slots["momentum_buffer"]!, config.momentum), g);
      const direction = config.nesterov
        ? tf.add(g, tf.mul(momentum_buffer, config.momentum))
        : momentum_buffer;
      return { parameter: descend(parameter, direction, learningRate), slots: { momentum_buffer } };
    }
    case "Adadelta": {
      const square_avg = average(slots["square_avg"]!, tf.square(g), config.rho);
      const delta = tf.mul(
        tf.div(
          tf.sqrt(tf.add(slots["acc_delta"]!, config.eps)),
          tf.sqrt(tf.add(square_avg, config.eps)),
        ),
        g,
      );
      const acc_delta = average(slots["acc_delta"]!, tf.square(delta), config.rho);
      return {
        parameter: descend(parameter, delta, learningRate),
        slots: { square_avg, acc_delta },
      };
    }
    case "Adagrad": {
      const sum = tf.add(slots["sum"]!, tf.square(g));
      const direction = tf.div(g, tf.add(tf.sqrt(sum), config.eps));
      return { parameter: descend(parameter, direction, learningRate), slots: { sum } };
    }
    case "Adam":
    case "AdamW": {
      const exp_avg = average(slots["exp_avg"]!, g, config.beta1);
      const exp_avg_sq = average(slots["exp_avg_sq"]!, tf.square(g), config.beta2);
      const rate = learningRate / (1 - config.beta1 ** step);
      const root = Math.sqrt(1 - config.beta2 ** step);
      const denominator = tf.add(tf.div(tf.sqrt(exp_avg_sq), root), config.eps);
      const decayed =
        config.name === "AdamW"
          ? tf.mul(parameter, 1 - learningRate * config.weightDecay)
          : parameter;
      return {
        parameter: descend(decayed, tf.div(exp_avg, denominator), rate),
        slots: { exp_avg, exp_avg_sq },
      };
    }
    case "Adamax": {
      const exp_avg = average(slots["exp_avg"]!, g, config.beta1);
      const exp_inf = tf.maximum(
        tf.mul(slots["exp_inf"]!, config.beta2),
        tf.add(tf.abs(g), config.eps),
      );
      const rate = learningRate / (1 - config.beta1 ** step);
      return {
        parameter: descend(parameter, tf.div(exp_avg, exp_inf), rate),
        slots: { exp_avg, exp_inf },
      };
    }
    case "RMSprop": {
      const square_avg = average(slots["square_avg"]!, tf.square(g), config.alpha);
      const direction = tf.div(g, tf.add(tf.sqrt(square_avg), config.eps));
      if (config.momentum === 0)
        return {
          parameter: descend(parameter, direction, learningRate),
          slots: { ...slots, square_avg },
        };
      const momentum_buffer = tf.add(tf.mul(slots["momentum_buffer"]!, config.momentum), direction);
      return {
        parameter: descend(parameter, momentum_buffer, learningRate),
        slots: { square_avg, momentum_buffer },
      };
    }
    default:
      return config satisfies never;
  }
}

const descend = (parameter: tf.Tensor, direction: tf.Tensor, rate: number): tf.Tensor =>
  tf.sub(parameter, tf.mul(direction, rate));

/** decay * old + (1 - decay) * value. */
const average = (old: tf.Tensor, value: tf.Tensor, decay: number): tf.Tensor =>
  tf.add(tf.mul(old, decay), tf.mul(value, 1 - decay));
