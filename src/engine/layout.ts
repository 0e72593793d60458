/** Permutes a dense array: axis i of the result is axis `order[i]` of the source.
 *  @param shape of the source */
export function permute(
  data: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const lengths = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  const index = lengths.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from]!;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < lengths[axis]!) break;
      from -= steps[axis]! * lengths[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** PyTorch's filter [out, in/groups, h, w] as TensorFlow's [h, w, in/groups, out]. */
export const oihwToHwio = (data: Float32Array, shape: readonly number[]): Float32Array =>
  permute(data, shape, [2, 3, 1, 0]);

/** The inverse of oihwToHwio; `shape` is PyTorch's. */
export function hwioToOihw(data: Float32Array, shape: readonly number[]): Float32Array {
  const [o, i, h, w] = shape as readonly [number, number, number, number];
  return permute(data, [h, w, i, o], [3, 2, 0, 1]);
}

/** A matrix [rows, columns] as [columns, rows]. */
export const transpose = (data: Float32Array, shape: readonly number[]): Float32Array =>
  permute(data, shape, [1, 0]);
