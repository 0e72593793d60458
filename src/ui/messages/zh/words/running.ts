import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { running as area } from "../../../../core/words/vocabulary/running.ts";

export const running: CatalogueOf<typeof area> = {
  "no-such-experiment": ({ experiment }) => `这里没有实验 ${experiment}。`,
  "another-tab": "另一个标签页正在运行这个实验。关闭它之后，这里会自动接手。",
  "another-tab-close": "另一个标签页正在运行这个实验。请先关闭那里。",
  "start-called-off": "启动已取消。",
  "file-unread": ({ path, status }) => `读不到 ${path}（${status}）。`,
  "worker-silent": ({ seconds }) => `一个工作线程 ${seconds} 秒没有响应。`,
  "worker-gone": "工作线程已经没有了。",
  "worker-terminated": "工作线程被终止了。",
  "worker-unreadable": "工作线程发来的消息读不出。",
  "worker-failed": ({ reason }, say) => `工作线程出错：${say(reason)}`,
  "unknown-error": "未知的错误",
  "weights-not-kept": ({ trial }) => `试验 ${trial} 结束时的权重没能保存，或者不再保留。`,
  "page-died": ({ attempt }) => `页面在第 ${attempt} 次尝试中关闭了。`,
  "no-attempt-got-further": ({ attempts }) =>
    `最近几次尝试都没有进展，页面或工作线程就没有了，一共 ${attempts} 次。`,
  "trial-without-epoch": ({ trial }) => `试验 ${trial} 一轮也没有训练就结束了。`,
  "no-preset": ({ preset }) => `没有预设 ${preset}。`,
  "no-drawing": "浏览器没有给出绘图环境。",
  "no-picture": "图片做不出来。",
};
