import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { journal as area } from "../../../../core/words/vocabulary/journal.ts";

export const journal: CatalogueOf<typeof area> = {
  "journal-empty": "日志是空的。",
  "event-refused": ({ seq, type, problem }, say) =>
    `第 ${seq} 个事件（${type}）：${say(problem)}。`,
  "begins-with-creation": "日志应以 experiment-created 开始",
  "begins-with-zero": ({ seq }) => `日志的 seq 应从 0 开始，而不是 ${seq}`,
  "expected-seq": ({ expected, got }) => `seq 应为 ${expected}，来的是 ${got}`,
  "created-once": "实验只创建一次",
  "status-order": ({ status, before }) => `${before} 之后不能是 ${status}`,
  "no-such-trial": ({ trial }) => `没有试验 ${trial}`,
  "events-of-at-most": ({ events }) => `日志最多 ${events} 个事件。`,
  "curve-unreadable": ({ path }) => `${path}：打包的轮次无法读取。`,
  "trial-already": ({ trial, status }) => `试验 ${trial} 已经是 ${status}`,
  "expected-attempt": ({ expected, got }) => `应为第 ${expected} 次尝试，来的是第 ${got} 次`,
  "trial-status": ({ trial, status }) => `试验 ${trial} 是 ${status}`,
  "attempt-running": ({ running, got }) => `正在运行的是第 ${running} 次尝试，不是第 ${got} 次`,
  "trial-never-started": ({ trial }) => `试验 ${trial} 从未开始`,
  "trial-cannot-become": ({ trial, status, next }) =>
    `试验 ${trial} 是 ${status}，不能变成 ${next}`,
  "trial-still": ({ trial, status }) => `试验 ${trial} 仍是 ${status}`,
  "expected-trial": ({ expected, got }) => `应为试验 ${expected}，来的是 ${got}`,
  "no-trial-to-continue": ({ trial }) => `没有可以接着训练的试验 ${trial}`,
  "epoch-order": ({ trial, epoch, before }) =>
    `试验 ${trial}：第 ${before} 轮之后来的是第 ${epoch} 轮`,
};
