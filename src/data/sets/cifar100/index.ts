import { defineDataset } from "../../definition.ts";
import { recordArchive } from "../../sources/record-archive.ts";

/** The hundred fine classes in the order of `fine_label_names.txt`, which is alphabetical. */
const classes = `
  apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle
  bowl boy bridge bus butterfly camel can castle caterpillar cattle
  chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
  dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
  lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain
  mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
  plain plate poppy porcupine possum rabbit raccoon ray road rocket
  rose sea seal shark shrew skunk skyscraper snail snake spider
  squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
  train trout tulip turtle wardrobe whale willow_tree wolf woman worm`
  .trim()
  .split(/\s+/)
  .map((name) => name.replace("_", " "));

/** CIFAR-100 with its fine labels.
 *  @see Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009 */
export const cifar100 = defineDataset({
  name: "cifar100",
  title: "CIFAR-100",
  credit: "A. Krizhevsky, 2009",
  shape: {
    ...{ height: 32, width: 32, channels: 3, classes },
    mean: [0.5071, 0.4865, 0.4409],
    std: [0.2673, 0.2564, 0.2762],
  },
  augment: "crop-flip",
  counts: { train: 50_000, test: 10_000 },
  // A record is its coarse label, its fine label and the image.
  files: recordArchive({
    ...{ name: "cifar-100-binary.tar.gz", begins: /^cifar-100-/, labels: 2, label: 1 },
    entries: { train: "train.bin", test: "test.bin" },
  }),
});
