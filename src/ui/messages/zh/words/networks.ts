import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { networks as area } from "../../../../core/words/vocabulary/networks.ts";

export const networks: CatalogueOf<typeof area> = {
  node: ({ node, operation, problem }, say) => `节点 ${node}（${operation}）：${say(problem)}。`,
  "two-nodes": ({ node }) => `有两个节点叫 ${node}。`,
  "last-node": ({ classes }) => `最后一个节点应给出 ${classes} 个输出。`,
  "input-channels": ({ height, width, channels }) =>
    `输入最多 3 个通道，而这里是 ${height}x${width}x${channels}。`,
  "too-many-classes": ({ classes }) => `${classes} 个类别，一个字节放不下。`,
  "inputs-differ": "各输入的形状不同",
  "inputs-of-two-kinds": "输入有的是图像，有的不是",
  "inputs-differ-in-size": "各输入的高或宽不同",
  "second-input": ({ features }) => `第二个输入不是 ${features} 个特征`,
  "channel-groups": ({ inputs, outputs, groups }) =>
    `通道数由 ${inputs} 到 ${outputs}，分成 ${groups} 组`,
  "input-is-image": "输入是图像，请先池化",
  "input-is-no-image": "输入不是图像",
  "window-in-padding": "有的窗口全在不计入的填充里",
  "dropout-rate": ({ rate }) => `比率为 ${rate}`,
  "channel-slice": ({ from, to, channels }) => `取通道 ${from} 到 ${to}，共有 ${channels} 个`,
  "kernel-too-large": "卷积核大于填充后的输入",
  "not-in-order": "节点没有按拓扑顺序排列",
  "no-input": "没有输入",
  "input-count": ({ inputs, wanted }) => `有 ${inputs} 个输入，应有 ${wanted} 个`,
};
