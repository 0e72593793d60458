import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { storage as area } from "../../../../core/words/vocabulary/storage.ts";
import { list } from "./places.ts";

export const storage: CatalogueOf<typeof area> = {
  "write-to": ({ stores }) => `写入 ${list(stores)}`,
  "read-from": ({ stores }) => `读取 ${list(stores)}`,
  "write-file": ({ path }) => `写文件 ${path}`,
  "read-file": ({ path }) => `读文件 ${path}`,
  "delete-file": ({ path }) => `删除文件 ${path}`,
  "list-files": "列出文件",
  "open-database": "打开数据库",
  "space-used-up": ({ doing }, say) =>
    `浏览器给本站的空间用完了（无法${say(doing)}）。请删除实验或数据集，再试一次。`,
  "newer-version": "保存的实验由更新版本的页面写成。请刷新页面获取新版本；这里没有改动任何东西。",
  "could-not": ({ doing, reason }, say) => `无法${say(doing)}：${say(reason)}`,
  "not-enough-space": ({ needed, free }) =>
    `这需要 ${megabytes(needed)} 浏览器存储空间，还剩 ${megabytes(free)}。请删除实验或数据集，或腾出磁盘空间。`,
  "checkpoint-file": ({ path, problem }, say) => `检查点 ${path} ${say(problem)}。`,
  "file-missing": "不见了",
  "file-length": ({ bytes, expected }) => `有 ${bytes} 字节，应有 ${expected} 字节`,
  "file-changed": "写入之后被改动过",
  "journal-expects": ({ experiment, expected, got }) =>
    `${experiment} 的日志应接第 ${expected} 个事件，来的是第 ${got} 个：可能有另一个标签页写过它。`,
  "journal-uncreated": ({ experiment, type }) =>
    `没有实验 ${experiment}：它的第一个事件应当创建它，来的是 ${type}。`,
  "no-such-journal": ({ experiment }) => `没有实验 ${experiment}。`,
  "journal-incomplete": ({ experiment, expected, from, found }) =>
    `${experiment} 保存的日志已损坏：从第 ${from} 个起应有 ${expected} 个事件，找到 ${found} 个。`,
};

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
