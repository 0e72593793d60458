import { percent } from "../../format.ts";
import type { enWhy } from "../en/why.ts";

const metric = (value: unknown): string =>
  typeof value === "number" ? percent(value) : "还没有结果";
const numbers = (trials: readonly number[]): string => `试验 ${trials.join("、")}`;

/** 为什么选这个配置，为什么终止一个试验。 */
export const zhWhy: typeof enWhy = {
  why: {
    question: (trial) => `为什么是试验 ${trial}？`,
    user: "参数是你自己定的。",
    imported: "它来自本实验所接续的那个实验。",
    longer: (trial) => `它接着试验 ${trial} 再多训练几轮。`,
    unknown: "实验里没有记录原因。",
    startup: (tuner, done, needed) =>
      `随机抽取：${tuner} 要有 ${needed} 个跑完的试验才能建模，当时有 ${done} 个。`,
    source: (source, tuner) =>
      ({
        startup: `随机抽取：${tuner} 掌握的结果还太少。`,
        model: `${tuner} 根据已有结果选出。`,
        random: "从搜索空间中随机抽取。",
        fallback: `${tuner} 选中的配置已经试过，用这一个代替。`,
        grid: "事先排好的点中的下一个。",
        initial: "搜索空间要求先试这个配置。",
        user: "参数是你自己定的。",
      })[source] ?? source,
    split: (good, others) =>
      `把目前最好的结果（${numbers(good)}）与其余 ${others} 个相比：寻找在最好的结果中常见、在其余结果中少见的值。`,
    splitCounts: (good, others) =>
      `把最好的 ${good} 个结果与其余 ${others} 个相比：寻找在最好的结果中常见、在其余结果中少见的值。`,
    liar: (trials) =>
      `${numbers(trials)}当时还没有结果，先按假定的成绩计入，以免同时进行的试验雷同。`,
    considered: (count) => `比较了 ${count} 个候选，图中是最好的几个。`,
    bars: "竖条：候选，l/g 越大越高，实心的是选中的。圆点：已有结果，实心的是最好的。",
    together: (ratio) =>
      `所有参数合在一起：l/g = ${ratio}，这是联合评估，不等于上面各值的乘积。取其中最大的配置。`,
    ratio: (l, g, ratio) => `l ${l}，g ${g}，l/g ${ratio}`,
    ratioMeans: "l：最好的结果在这里有多密。g：其余结果在这里有多密。l/g 越大，期望的改进越大。",
    parameterChart: (path, chosen) => `${path}：选了 ${chosen}`,
    expected: (mean, deviation) => `模型预计这里得到 ${percent(mean)} ± ${percent(deviation)}。`,
    bestKnown: (best) => `模型看来目前最好的是 ${percent(best)}。`,
    improvement: (value) => `期望改进：${percent(value, 2)}。`,
    purpose: (purpose) =>
      ({
        improve: "",
        refine: "模型看不到还能改进的地方，于是检查它可能过于自信之处。",
        explore: "模型看不到还能改进的地方，于是去最不了解之处。",
        exploration: "为了了解知之甚少的区域。",
        exploitation: "取模型期望最高的地方。",
        resampling: "再测一次，因为之前的结果看起来异常。",
        optimum: "取模型所见的最佳位置。",
      })[purpose] ?? "",
    predictions: "候选配置与模型的预期",
    prediction: "预期",
    gain: "改进",
    mutated: (parent) => `试验 ${parent} 的变异。`,
    left: (trial) => `试验 ${trial} 为它离开了种群。`,
    tournament: (trials) => `亲代是 ${numbers(trials)} 中最好的。`,
    near: (trials) => `在目前较好的 ${numbers(trials)} 附近抽取。`,
    generation: (generation, sigma) => `第 ${generation + 1} 代，步长为各参数范围的 ${sigma}。`,
    rung: (bracket, rung, epochs) =>
      `第 ${bracket + 1} 组第 ${rung + 1} 级：训练到第 ${epochs} 轮。`,
    promoted: (trial, rank, of) =>
      `试验 ${trial} 在它那一级的 ${of} 个中排第 ${rank}，从保存的权重继续。`,
    density: (results, epochs, ratio) =>
      `从 ${epochs} 轮的 ${results} 个结果中学到：它在好结果中的典型程度是其余结果的 ${ratio} 倍。`,
    round: (generation) => `种群的第 ${generation + 1} 轮。`,
    continued: (trial, rank) => `试验 ${trial} 在上一轮排第 ${rank}，继续训练。`,
    copied: (trial) => `上一轮最差的让位：它接过试验 ${trial} 的权重并改动参数。`,
    point: (index) => `均匀填满空间的序列中的第 ${index + 1} 个点。`,
    listed: (index, of) => `所列 ${of} 个配置中的第 ${index + 1} 个。`,
    picked: (name) => `Auto 选用了 ${name}。`,
  },
  sentences: {
    "below-median": (v) =>
      `${v["steps"]} 轮后它的最好成绩是 ${metric(v["best"])}，低于 ${v["trials"]} 个已完成试验的中位数 ${metric(v["median"])}。`,
    "not-below-median": (v) =>
      `${v["steps"]} 轮后它的最好成绩是 ${metric(v["best"])}，不低于 ${v["trials"]} 个已完成试验的中位数 ${metric(v["median"])}。`,
    "share-of-trials": (v) =>
      `${v["steps"]} 轮后，其他 ${v["trials"]} 个试验中有 ${v["better"]} 个高于它的最好成绩 ${metric(v["best"])}；最好的 ${v["percent"]}\u202f% 可以继续。`,
    rung: (v) =>
      `${v["steps"]} 轮后它以 ${metric(v["best"])} 在 ${v["trials"]} 个试验中排第 ${v["place"]}；前 ${v["places"]} 个可以继续。`,
    "predicted-end": (v) =>
      `预计 ${v["epochs"]} 轮后达到 ${metric(v["predicted"])}，需要达到 ${metric(v["bar"])}。`,
    "forecast-end": (v) =>
      `预计最终为 ${metric(v["end"])} ± ${metric(v["sd"])}，对比 ${metric(v["bar"])}：有 ${v["percent"]}\u202f% 的把握它不会成为最佳。`,
    "auto-slow": (v) => `${v["results"]} 个结果会让高斯过程变慢。`,
    "auto-many": (v) => `${v["parameters"]} 个参数对高斯过程来说太多。`,
    "auto-conditional": (v) => `${v["percent"]}\u202f% 的参数取决于另一个参数。`,
    "auto-suited": (v) =>
      `${v["parameters"]} 个参数和 ${v["results"]} 个结果，正是高斯过程最擅长的。`,
    "auto-no-epochs": () => "每个试验都训练到底，因为轮次也在搜索之列。",
    "auto-few-epochs": (v) => `${v["epochs"]} 轮太少，不必更早终止。`,
    "auto-few-trials": (v) => `${v["trials"]} 个试验太少，不宜只短暂训练其中一些。`,
    "auto-brackets": (v) => `只有较好的试验才训练满 ${v["epochs"]} 轮。`,
  },
};
