import { integer } from "../../format.ts";
import type { enPresets } from "../en/presets.ts";

/** 首页上现成的实验。 */
export const zhPresets: typeof enPresets = {
  presets: {
    "quick-look": {
      name: "快速体验",
      what: "在 5,120 张绘制的图形上训练 12 个小网络。前四次是随机尝试，之后就能看到算法在学习。",
      caution: "",
    },
    "small-look": {
      name: "快速体验",
      what: "在 640 张绘制的图形上训练 8 个极小的网络。这台设备较慢，所以缩小了规模；网络照样在学，调优算法也是。",
      caution: "",
    },
    "nni-cifar10": {
      name: "NNI 的 CIFAR-10 示例",
      what: "七种网络、五种优化器，用 TPE 跑十个试验。就是 NNI 自己的两个文件，一字未改。",
      caution: "",
    },
    "nni-task-2.2": {
      name: "NNI 任务 2.2",
      what: "用 TPE 在 CIFAR-10 上训练 8 个 ResNet-18，每个 10 轮。文件与学生当年的完全一致。",
      caution: "",
    },
    "as-the-students-ran-it": {
      name: "按学生当年的跑法",
      what: "还是那些文件，但按他们程序的实际行为来跑：12 轮，四个参数不起作用，以测试准确率评判。",
      caution: "在测试集上调优，结果会偏高。放在这里只为对照。",
    },
    smoke: {
      name: "冒烟测试",
      what: "在绘制的图形上跑 3 个极小的试验，看看这台设备是否一切正常。",
      caution: "",
    },
  },
  fitted: (width, epochs, images) =>
    `在这台设备上：宽度 ${width}，${epochs} 轮，${images === null ? "全部" : `${integer(images)} 张`}图像。`,
};
