/** Every network under `model`. */
export { densenet121 } from "./densenet.ts";
export { dpn92 } from "./dpn.ts";
export { googlenet } from "./googlenet.ts";
export { mobilenet } from "./mobilenet.ts";
export { resnet10, resnet18, resnet34 } from "./resnet.ts";
export { senet18 } from "./senet.ts";
export { vgg } from "./vgg.ts";
