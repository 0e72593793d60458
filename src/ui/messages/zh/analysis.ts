import { percent } from "../../format.ts";
import type { enAnalysis } from "../en/analysis.ts";

/** 从试验中分析出来的：重要性、参数地形、发现、预测。 */
export const zhAnalysis: typeof enAnalysis = {
  importance: {
    title: "什么最重要",
    tooFew: (fewest) => `需要 ${fewest} 个跑完的试验。`,
    method: "问题",
    methods: { best: "最好的试验有何不同", anywhere: "什么会影响指标" },
    explain: {
      best: "比较最好的五分之一试验与全部试验在各参数上的分布差异（PED-ANOVA）。这只是估计，试验少时次序可能出于偶然。",
      anywhere:
        "每个参数单独能解释整个空间中指标方差的多少（随机森林上的 fANOVA），± 表示各棵树之间的差异；其余来自参数的共同作用。这只是估计。",
    },
    stopped: "包括提前终止的试验",
    computing: "正在计算……",
    failed: "无法算出。",
  },
  marginal: "线：只定下这个参数、其余任意时的预期指标（随机森林）；色带表示各棵树之间的差异。",
  landscape: {
    title: "两个参数一起看",
    x: "横轴",
    y: "纵轴",
    summary: (x, y, count) => `从 ${count} 个试验学到的、随 ${x} 与 ${y} 变化的预期指标。`,
    explain: (low, high) =>
      `色块：预期指标，颜色越浓越好，从 ${low} 到 ${high}（随机森林，其余参数取各试验的值）。数字：试验的名次，1 为最佳。`,
    place: (rank, trial, metric) => `第 ${rank} 名：试验 ${trial}，${metric}`,
  },
  distribution: {
    title: "多少试验能达到多高",
    summary: (count, half) => `${count} 个试验的成绩分布，一半不高于 ${half}。`,
    share: "试验的比例",
    metric: "指标不超过",
  },
  zoom: {
    title: "缩小搜索空间",
    explain:
      "在最好的试验周围新建一个更小的搜索空间：范围收缩到它们所用的值并留出余量，它们没有用过的选项被去掉。开始之前可以先查看。",
    share: "最好的",
    submit: "去设置",
    of: (share, count) => `${share}：${count} 个试验`,
    nameOf: (name) => `${name} · 缩小`,
  },
  findings: {
    title: "值得注意",
    none: "没有发现异常。",
    of: {
      "metric-on-test-set": () =>
        "试验是用测试图像比较的，最好的成绩对新图像来说偏高。要得到自己的结果，请用验证集。",
      "tuner-in-startup": (f) =>
        `起步试验完成了 ${f["done"]}／${f["needed"]}。在那之前调优算法只是探索，之后才从中学习。`,
      "duplicate-configurations": (f) =>
        `${f["trials"]} 个试验中有 ${f["duplicates"]} 个重复了配置，不同的只有 ${f["distinct"]} 个。`,
      "noise-exceeds-gap": (f) =>
        `同一配置重复训练相差 ${percent(Number(f["noise"]))}，而最好的两个配置只差 ${percent(Number(f["gap"]))}，无法分出高下。可让领先者多训练几轮或再跑一次。`,
      "best-on-bound": (f) =>
        `最佳试验的 ${f["path"]} 位于范围的${f["bound"] === "lower" ? "下" : "上"}端，放宽范围也许更好。`,
      "parameter-without-effect": (f) =>
        `目前看不出影响（至多解释差异的 ${percent(Number(f["share"]))}）：${f["path"]}。固定下来会让搜索更容易。`,
      "many-failures": (f) =>
        `${f["ended"]} 个试验中有 ${f["failed"]} 个失败，详情里有原因；减小学习率或批大小往往有用。`,
      "no-result": (f) => `结束的 ${f["ended"]} 个试验都没有成绩。`,
    },
  },
  forecast: {
    explain: "色带：早停评估预计曲线的走向，十次中有九次落在其中。",
    of: (trial, value) => `试验 ${trial} 的预测：${value}`,
  },
};
