import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { cifar as area } from "../../../../core/words/vocabulary/cifar.ts";
import { list } from "./places.ts";

export const cifar: CatalogueOf<typeof area> = {
  "no-cifar-batches":
    "压缩包里没有 CIFAR-10 的数据。请用 cifar-10-binary.tar.gz 或 cifar-10-python.tar.gz。",
  "not-cifar": ({ images, perClass }) =>
    `这个来源不是 CIFAR-10：有 ${images} 张图像，各类 ${list(perClass.map(String))} 张；应有 60,000 张，每类 6,000 张。`,
  "order-file": "order.bin 应有 60,000 个两字节的名次。",
  "unknown-form": ({ source }) => `${source} 提供的形式这里不认识。`,
  "parquet-unreadable": "读不出 Parquet 文件。",
  "parquet-wrong": ({ problem }, say) => `这个 Parquet 文件不是 CIFAR-10：${say(problem)}。`,
  "row-without-picture": "有一行没有图像",
  "picture-size": ({ width, height }) => `有图像为 ${width} x ${height} 像素`,
  "label-is": ({ label }) => `有标签是 ${label}`,
  "batch-wrong": ({ problem }, say) => `这不是 CIFAR-10 的 Python 批次：${say(problem)}。`,
  "batch-no-dictionary": "批次应为字典",
  "labels-no-list": "`labels` 应为列表",
  "label-no-digit": "有标签不在 0 到 9 之间",
  "data-no-array": "`data` 应为 NumPy 数组",
  "data-empty": "`data` 没有内容",
  "data-size": ({ rows, bytes }) => `\`data\` 应为 ${rows} x ${bytes}`,
  "data-type": "`data` 应为按 C 顺序的无符号字节",
  "data-bytes": ({ bytes }) => `\`data\` 应有 ${bytes} 字节`,
  "source-wrong": ({ problem }, say) => `这个来源的 CIFAR-10 与预期不符：${say(problem)}。`,
  "too-many": "图像超过了 60,000 张",
  "labels-for-images": ({ labels, images }) => `${images} 张图像有 ${labels} 个标签`,
  "picture-of-rows": ({ url, width, height }) =>
    `${url} 有 ${width} x ${height} 像素，应为每张图像一行、每行 1,024 像素`,
  "no-json": ({ url }) => `${url} 不是 JSON`,
  "no-list": ({ url }) => `${url} 不是列表`,
  "no-single-label": "有标签不是十个之一",
};
