/** Every data set there is; a new one is one line here. */
export { cifar10 } from "./cifar10/index.ts";
export { cifar100 } from "./cifar100/index.ts";
export { fashionMnist } from "./fashion-mnist/index.ts";
export { mnist } from "./mnist/index.ts";
export { shapes10 } from "./shapes10/index.ts";
