import type { Rng } from "../../src/core/math/rng.ts";
import { GraphBuilder } from "../../src/engine/model/builder.ts";
import type { Graph, Padding } from "../../src/engine/model/graph.ts";

/** An image on its way through the network. */
interface Image {
  readonly id: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

const classes = 10;

/** Activations whose gradient does not jump. */
const smooth = ["silu", "sigmoid", "gelu"] as const;

/** What a random graph may consist of. */
export interface RandomGraphOptions {
  /** ReLU and max pooling, whose gradient jumps where the value only moves. */
  readonly kinks: boolean;
}

/** A network of 4 to 9 random layers – convolutions of any kernel, stride, padding, dilation and grouping, batch norms, activations,
 *  sums, concatenations, slices, pooling, squeeze-and-excitation, dropout, identities – in which the loss depends on every node. Small: it also runs on a CPU backend. */
export function randomGraph(rng: Rng, name: string, { kinks }: RandomGraphOptions): Graph {
  const net = new GraphBuilder(name, { height: 32, width: 32, channels: 3 }, classes);
  const maker = new ImageMaker(net, rng, kinks);
  let image = maker.shrink({ id: 0, height: 32, width: 32, channels: 3 });
  for (let left = 4 + rng.int(6); left > 0; left--) image = maker.next(image);
  const size = image.height * image.width * image.channels;
  let features =
    size <= 400 && rng.int(2)
      ? net.add("flat", [image.id], { op: "flatten" })
      : net.globalAveragePool(image.id, "pool");
  if (rng.int(4) === 0) {
    const more = net.dense(features, "more", 1 + rng.int(9));
    const both = net.concat(rng.int(2) ? [features, more] : [more, features, more], "both");
    features = net.add("some", [both], { op: "slice", from: rng.int(2), to: 2 });
  }
  if (rng.int(3) === 0) {
    features = net.dense(features, "hidden", 1 + rng.int(12), rng.int(2) === 0);
    features =
      kinks && rng.int(2) ? net.relu(features, "hidden_relu") : net.silu(features, "hidden_silu");
  }
  if (rng.int(4) === 0) features = net.dropout(features, "head_dropout", 0.1 + 0.4 * rng.next());
  if (rng.int(6) === 0) features = net.sum([features, features], "head_twice");
  net.dense(features, "linear", classes, rng.int(4) > 0);
  return net.build();
}

/** One node per line, as a failing test prints it. */
export const describeGraph = ({ nodes }: Graph): string =>
  nodes.map((node) => JSON.stringify(node)).join("\n");

class ImageMaker {
  #count = 0;

  constructor(
    readonly net: GraphBuilder,
    readonly rng: Rng,
    readonly kinks: boolean,
  ) {}

  /** Full-size images cost too much: the first layer often makes them smaller. */
  shrink(input: Image): Image {
    return this.rng.int(8) === 0 ? input : this.#conv(input, 2 + this.rng.int(3));
  }

  next(x: Image): Image {
    const { net, rng } = this;
    switch (rng.int(16)) {
      case 0:
      case 1:
      case 2:
        return this.#conv(x);
      case 3:
      case 4:
        return this.#normed(this.#conv(x));
      case 5:
        return this.#normed(x);
      case 6:
        return this.#activation(x);
      case 7:
        return this.#residual(x);
      case 8:
        return this.#sum(x);
      case 9:
      case 10:
        return this.#concat(x);
      case 11:
        return this.#pool(x);
      case 12:
        return { ...x, id: net.dropout(x.id, this.#name("dropout"), 0.5 * rng.next()) };
      case 13:
        return this.#slice(x);
      case 14:
        return this.#squeeze(x);
      default:
        return { ...x, id: net.identity(x.id, this.#name("identity")) };
    }
  }

  #name(op: string): string {
    return `${op}${(this.#count += 1)}`;
  }

  #conv(x: Image, stride = 0): Image {
    const { rng } = this;
    const kernel = [1 + rng.int(5), 1 + rng.int(5)] as const;
    const steps = stride
      ? ([stride, stride] as const)
      : ([1 + rng.int(rng.int(2) + 2), 1 + rng.int(rng.int(2) + 2)] as const);
    const dilation =
      rng.int(3) === 0 ? ([1 + rng.int(3), 1 + rng.int(3)] as const) : ([1, 1] as const);
    const reach = [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1] as const;
    return this.#convWith(x, kernel, steps, this.#padding(reach, x), dilation);
  }

  #convWith(
    x: Image,
    kernel: readonly [number, number],
    stride: readonly [number, number],
    padding: Padding,
    dilation: readonly [number, number] = [1, 1],
  ): Image {
    const { net, rng } = this;
    const divisors = [1, 2, 3, 4, 5, 6, 7, 8].filter((n) => x.channels % n === 0);
    // A third plain, a third depthwise, a third in any number of groups.
    const groups = [1, x.channels, divisors[rng.int(divisors.length)]!][rng.int(3)]!;
    const outChannels = groups * (1 + rng.int(groups > 3 ? 2 : Math.ceil(9 / groups)));
    const bias = rng.int(3) === 0;
    const name = this.#name("conv");
    const options = { kernel, stride, padding, dilation, groups, bias };
    const id = net.conv(x.id, name, outChannels, options);
    const reach = [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1] as const;
    return { ...slid(x, reach, stride, padding), id, channels: outChannels };
  }

  /** Less than the kernel on every side, at least so much that the kernel fits. */
  #padding(kernel: readonly [number, number], x: Image): Padding {
    const side = (size: number): number => this.rng.int(size);
    const fill = (size: number, length: number, before: number, after: number): number =>
      Math.max(after, size - length - before);
    const [top, left] = [side(kernel[0]), side(kernel[1])];
    const bottom = fill(kernel[0], x.height, top, side(kernel[0]));
    const right = fill(kernel[1], x.width, left, side(kernel[1]));
    return { top, bottom, left, right };
  }

  #normed(x: Image): Image {
    const affine = this.rng.int(4) > 0;
    const normed = { ...x, id: this.net.batchNorm(x.id, this.#name("norm"), { affine }) };
    return this.rng.int(4) ? this.#activation(normed) : normed;
  }

  #activation(x: Image): Image {
    const { net, rng } = this;
    const op = this.kinks && rng.int(3) ? "relu" : smooth[rng.int(smooth.length)]!;
    return { ...x, id: net.add(this.#name(op), [x.id], { op }) };
  }

  /** A branch of the same size and channels: one or two convolutions of stride 1, normed or not. */
  #branch(x: Image): Image {
    const { net, rng } = this;
    const kernel = [1 + 2 * rng.int(2), 1 + 2 * rng.int(2)] as const;
    const id = net.conv(x.id, this.#name("conv"), x.channels, { kernel });
    return rng.int(2) ? this.#normed({ ...x, id }) : { ...x, id };
  }

  #residual(x: Image): Image {
    const branch = this.#branch(x);
    const shortcut = this.rng.int(2) ? x : this.#branch(x);
    const inputs = this.rng.int(2) ? [branch.id, shortcut.id] : [shortcut.id, branch.id];
    const sum = { ...x, id: this.net.sum(inputs, this.#name("add")) };
    return this.rng.int(2) ? this.#activation(sum) : sum;
  }

  /** Of a value with itself, or of three. */
  #sum(x: Image): Image {
    const { net, rng } = this;
    const inputs = rng.int(2) ? [x.id, x.id] : [this.#branch(x).id, x.id, this.#branch(x).id];
    return { ...x, id: net.sum(inputs, this.#name("add")) };
  }

  #concat(x: Image): Image {
    const { net, rng } = this;
    const kernel = [1 + 2 * rng.int(2), 1 + 2 * rng.int(2)] as const;
    const sides = { top: kernel[0] >> 1, bottom: kernel[0] >> 1 };
    const padding = { ...sides, left: kernel[1] >> 1, right: kernel[1] >> 1 };
    const parts = [x, this.#convWith(x, kernel, [1, 1], padding)];
    if (rng.int(3) === 0) parts.push(x);
    if (rng.int(2)) parts.reverse();
    const id = net.concat(
      parts.map((part) => part.id),
      this.#name("concat"),
    );
    return { ...x, id, channels: parts.reduce((sum, part) => sum + part.channels, 0) };
  }

  #slice(x: Image): Image {
    const { net, rng } = this;
    const from = rng.int(x.channels);
    const to = from + 1 + rng.int(x.channels - from);
    const id = net.add(this.#name("slice"), [x.id], { op: "slice", from, to });
    return { ...x, id, channels: to - from };
  }

  /** Each channel times what the network makes of the mean of all. */
  #squeeze(x: Image): Image {
    const { net } = this;
    const pooled = net.globalAveragePool(x.id, this.#name("squeeze"));
    const factors = net.dense(pooled, this.#name("excite"), x.channels);
    const gates = net.add(this.#name("gates"), [factors], { op: "sigmoid" });
    return { ...x, id: net.add(this.#name("scale"), [x.id, gates], { op: "channel-scale" }) };
  }

  #pool(x: Image): Image {
    const { net, rng } = this;
    const kernel = [1 + rng.int(3), 1 + rng.int(3)] as const;
    const stride = [1 + rng.int(3), 1 + rng.int(3)] as const;
    const padding = this.#padding(kernel, x);
    const kind = this.kinks && rng.int(2) ? "max" : "average";
    const options = { kernel, stride, padding, countPadding: rng.int(2) === 0 };
    const id = net.pool(x.id, this.#name(kind), kind, options);
    return { ...slid(x, kernel, stride, padding), id };
  }
}

function slid(
  x: Image,
  kernel: readonly [number, number],
  stride: readonly [number, number],
  { top, bottom, left, right }: Padding,
): Image {
  const height = Math.floor((x.height + top + bottom - kernel[0]) / stride[0]) + 1;
  const width = Math.floor((x.width + left + right - kernel[1]) / stride[1]) + 1;
  return { ...x, height, width };
}
