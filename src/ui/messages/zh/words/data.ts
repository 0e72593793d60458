import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { data as area } from "../../../../core/words/vocabulary/data.ts";
import { at, list, should } from "./places.ts";

export const data: CatalogueOf<typeof area> = {
  "dataset-not-here": ({ dataset }) => `这里还没有 ${dataset}：请选择来源。`,
  "dataset-incomplete": ({ dataset, shard }) =>
    `${dataset} 不完整：缺少 ${shard}。请重新获取数据。`,
  "unknown-dataset": ({ dataset, names }) =>
    `${at("tabtune.dataset")}这里没有叫 ${dataset} 的数据集，请用以下之一：${list(names)}。`,
  "unknown-source": ({ dataset, source }) => `${dataset} 没有叫 ${source} 的来源。`,
  "not-served": ({ source, dataset }) =>
    `${source} 不提供 ${dataset}（可用 \`npm run data\` 准备）。请换个来源。`,
  "not-all-held": ({ source, dataset, missing }) =>
    `${source} 没有 ${dataset} 的全部：缺少 ${list(missing)}。`,
  "no-files-given": ({ choices }) =>
    `没有给出文件。请选择 ${choices.join(" 或 ").replaceAll(", ", "、")}。`,
  "shard-too-large": ({ url, shard }) => `${url} 比 ${shard} 应有的大。`,
  "manifest-wrong": ({ dataset, path, expected }, say) =>
    `${at(path)}${dataset} 的清单里，这里${should(say(expected))}。`,
  "train-or-test": '"train" 或 "test"',
  "a-list-of": ({ most }) => `1 到 ${most} 项的列表`,
  "like-this": ({ text }) => `类似 "${text}" 的名称`,
  "one-to": ({ most }) => `1 到 ${most}`,
  "exactly-number": ({ number }) => `${number}`,
  "hexadecimal-digits": "64 个十六进制数字",
  "unrepeated-names": "不重复的名称",
  "at-most-images": ({ images }) => `最多 ${images} 张图像`,
  "part-of-a-record": ({ record, bytes }) =>
    `每条记录应有 ${record} 字节，而 ${bytes} 字节不是它的整数倍。`,
  "record-label": ({ record, label, most }) =>
    `第 ${record} 条记录的标签是 ${label}，标签应为 0 到 ${most}。`,
  "images-wrong": ({ shard, problem }, say) =>
    problem.code === "brightness-instead"
      ? `${shard} 的图像${say(problem)}：这不是该数据集的图像。没有用它们训练。`
      : `${shard} 的图像不对：${say(problem)}。没有用它们训练。`,
  "bytes-instead": ({ bytes, expected }) => `有 ${bytes} 字节，应有 ${expected} 字节`,
  "digest-differs": "SHA-256 摘要不同",
  "not-so-many-records": ({ records }) => `不是 ${records} 条记录`,
  "brightness-instead": ({ mean, expected }) => `平均亮度是 ${mean}，应为 ${expected}`,
  "download-broke-off": ({ url, problem }, say) =>
    `${url} 下载不了：${say(problem)}。已下载的部分都保留着；请再试一次，或换个来源。`,
  "stored-part-damaged": "保存的部分已损坏",
  "another-file": "服务器上的文件换了",
  "server-answered": ({ status }) => `服务器回应 ${status}`,
  "connection-ended": ({ received, total }) => `连接断开，${total} 字节中收到 ${received} 字节`,
  "no-data-arrived": "很久没有数据到达",
  "download-cancelled": "已取消。已下载的部分都保留着。",
};
