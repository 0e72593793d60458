import { sayAll, type CatalogueOf } from "../../../../core/words/index.ts";
import type { formats as area } from "../../../../core/words/vocabulary/formats.ts";
import { list } from "./places.ts";

export const formats: CatalogueOf<typeof area> = {
  "empty-file": "文件是空的。",
  "damaged-gzip": "压缩文件已损坏，或者没有下载完整。",
  "more-bytes": ({ bytes }) => `来的数据超过了 ${bytes} 字节。`,
  "no-archive": "这不是 tar 压缩包，或者已损坏、没有下载完整。",
  "entry-too-large": ({ entry, bytes, most }) =>
    `压缩包里的 ${entry} 有 ${bytes} 字节，最多应有 ${most} 字节。`,
  "entry-images": ({ entry, expected, images }) =>
    `${entry} 应有 ${expected} 张图像，实际有 ${images} 张。`,
  "entry-missing": ({ entry, files, choices }) =>
    `${files.join(", ")} 里没有 ${entry}。请用 ${choices.join(", ")}。`,
  "no-idx-file": ({ file }) => `${file} 不是 idx 文件。请给原样发布的文件。`,
  "idx-length": ({ file, expected, bytes }) =>
    `${file} 应有 ${expected} 字节，实际有 ${bytes} 字节。请重新获取。`,
  "training-images": "训练图像",
  "training-labels": "训练标签",
  "test-images": "测试图像",
  "test-labels": "测试标签",
  "both-hold": ({ one, other, part }, say) => `${one} 和 ${other} 都是${say(part)}，请只给一份。`,
  "missing-parts": ({ parts, names }, say) =>
    `缺少${sayAll(parts, say, "、")}。请把四个文件一起给出：${list(names)}。`,
  "idx-of-another": ({ file, dimensions, title, train, test, size }) =>
    `${file} 有 ${dimensions} 字节，而 ${title} 有 ${train} 和 ${test} 张 ${size} 的图像以及同样多的标签。`,
  "idx-label": ({ file, index, label, most }) =>
    `${file} 的第 ${index} 个标签是 ${label}，标签应为 0 到 ${most}。`,
  "image-unreadable": ({ problem }, say) => `读不出图像文件：${say(problem)}。`,
  "ends-early": "数据提前结束",
  "png-rows": ({ rows, expected }) => `${expected} 行中只有 ${rows} 行`,
  "no-png": "不是 PNG",
  "png-header": "没有文件头",
  "png-kind": "只能读每通道 8 位、非隔行的图像",
  "png-part": "附加的部分太大",
  "png-filter": ({ filter }) => `滤波器 ${filter}`,
  "pickle-unreadable": ({ problem, at }, say) =>
    `读不出 Python 批次：第 ${at} 字节处，${say(problem)}。`,
  "pickle-line": "有一行没有结尾",
  "pickle-stack": "栈是空的",
  "pickle-mark": "缺少标记",
  "pickle-dictionary": "给不是字典的东西设置了条目",
  "pickle-list": "给不是列表的东西添加了条目",
  "pickle-memo": "备忘项未知",
  "pickle-integer": "整数太长",
  "pickle-call": "调用的东西没有名字",
  "pickle-state": "给不是对象的东西设置了状态",
  "pickle-opcode": ({ opcode }) => `操作码 ${opcode} 未知`,
};
