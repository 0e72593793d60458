import { defineDataset } from "../../definition.ts";
import { shape, shapes10Manifest, shapes10Seed } from "./manifest.ts";

/** Ten shapes, drawn from a seed: a data set that is always there. */
export const shapes10 = defineDataset({
  name: "shapes10",
  title: "Shapes-10",
  credit: "",
  shape,
  augment: "crop-flip",
  counts: { train: 6_000, test: 2_000 },
  manifest: shapes10Manifest,
  generated: {
    async load() {
      const { generateShapes } = await import("./generate.ts");
      return (split, start, count) => generateShapes(shapes10Seed, split, start, count);
    },
  },
});
