import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { training as area } from "../../../../core/words/vocabulary/training.ts";
import { at, list, should } from "./places.ts";

export const training: CatalogueOf<typeof area> = {
  "value-in-space": ({ path, value, expected }, say) =>
    `${at(path, value)}${should(say(expected))}。请去掉或换掉这个值。`,
  "unknown-key": ({ path, key, names }) =>
    `${at(path)}没有网络或优化器用到键 ${JSON.stringify(key)}。请去掉它，或列入 inertKeys，或改用：${list(names)}。`,
  "cannot-be-had": ({ path, name, reason }, say) =>
    `${at(path)}没有 ${name}：${say(reason)}。请去掉它，或换一个。`,
  "cannot-be-built":
    "NNI 自己的定义用 / 计算通道数，在 Python 3 中无法构建，所以没有什么说明它是怎样的",
  "epochs-by-tuner": ({ path, tuner }) =>
    `${at(path)}${tuner} 自己决定每个试验训练几轮，epochs 不会起作用。请去掉它，或换一种调优算法。`,
  "unfilled-batch": ({ path, batch, images }) =>
    `${at(path)}训练用的图像只有 ${images} 张，凑不满一批 ${batch} 张。最多用 ${images}，或增加训练图像。`,
  "batch-over-images": ({ batch, images }) =>
    `${at("batch_size")}批大小 ${batch} 超过了训练图像数 ${images}，请改小。`,
  "searched-twice": ({ path, key }) =>
    `${at(path)}${key} 出现在两处，而一个试验只有一个。请去掉一处，或分别放进同一个 choice 的不同选项。`,
  "without-effect": ({ path, key, values, selector, owners }) =>
    `${at(path)}${key} 对 ${list(values)} 不起作用。请去掉它，或列入 inertKeys，或让 ${selector} 可选 ${list(owners)}。`,
  "takes-names": ({ path, key, expected }, say) =>
    `${at(path)}${key} 应取${say(expected)}，而不是数。请用 {"_type":"choice","_value":[…]}。`,
  "takes-integers": ({ path, key, type }) =>
    `${at(path)}${key} 要整数，而 ${type} 给出小数。请用 randint 或 choice，或步长为整数的量化类型。`,
  "searched-inert": ({ path }) => `${path} 参与搜索，但按设置没有效果。`,
  "searched-fixed": ({ path }) => `${path} 参与搜索，但设置固定了它的值。`,
  "inert-when": ({ path }) => `${path} 在某些配置中没有效果。`,
  "compared-on-test": "试验按测试图像比较，胜者的成绩会偏高。",
  "not-used": ({ path }) => `${path} 在这里用不到。`,
  "nothing-to-judge-by": `${at("tabtune.validationImages")}没有图像可用来评判试验。请留出一些，或把指标改为 test。`,
  "nothing-to-train-on": ({ images, validation }) =>
    `${at("tabtune.trainImages")}${images} 张图像，减去验证用的 ${validation} 张，没有剩下训练用的。`,
  "too-many-images": ({ setting, images, dataset, train, test, most }) =>
    `${at(`tabtune.${setting}`)}要 ${images} 张图像，而 ${dataset} 有 ${train} 张训练图像、${test} 张测试图像。最多用 ${most} 张。`,
  "all-validation": ({ validation, used }) =>
    `验证用 ${validation} 张图像，${used} 张中没有剩下训练用的。请少留一些。`,
  "batch-misfit": ({ batch, largest }) =>
    `批大小 ${batch} 在这台设备上放不下，最大可用 ${largest}。`,
  "network-misfit": "无论批大小是多少，这台设备都放不下这个网络；请减小网络宽度。",
  "training-loss-exploded": ({ epoch }) => `第 ${epoch} 轮的训练损失暴涨。`,
  "training-loss-lost": ({ epoch }) => `第 ${epoch} 轮的训练损失不是数。`,
  "validation-loss-exploded": ({ epoch }) => `第 ${epoch} 轮的验证损失暴涨。`,
  "validation-loss-lost": ({ epoch }) => `第 ${epoch} 轮的验证损失不是数。`,
  "loss-lost": ({ epoch }) => `第 ${epoch} 轮的损失不是数。`,
  "weights-lost": ({ tensor, epoch }) => `第 ${epoch} 轮的权重 ${tensor} 不再是数。`,
  "trial-aborted": "试验已中止。",
  "no-checkpoint": "这个文件不是这一版本的检查点。",
  "checkpoint-number": ({ key }) => `检查点的 ${key} 不是数。`,
  "checkpoint-kernels": "读不出检查点的内核。",
  "weights-file-damaged": ({ problem }, say) => `权重文件已损坏：${say(problem)}。`,
  "header-cut-off": "文件头不完整",
  "header-no-json": "文件头不是 JSON",
  "header-no-object": "文件头不是对象",
  "tensor-type": ({ tensor }) => `${tensor} 的类型不是 F32`,
  "tensor-placeless": ({ tensor }) => `${tensor} 没有形状或位置`,
  "tensor-cut-off": ({ tensor }) => `${tensor} 不完整`,
  "weights-of-another": ({ tensor, shape }) =>
    `这是另一个网络的权重：${tensor} 应为 [${shape.join(", ")}]。`,
};
