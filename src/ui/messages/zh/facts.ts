import type { FactOf } from "../../../core/facts/index.ts";
import { percent, ratioText, shortNumber } from "../../format.ts";
import type { enFacts } from "../en/facts.ts";

const metric = (value: number | null): string => (value === null ? "还没有结果" : percent(value));
const numbers = (trials: readonly number[]): string => `试验 ${trials.join("、")}`;

const purposes: Readonly<Record<FactOf<"purpose">["purpose"], string>> = {
  refine: "模型看不到还能改进的地方，于是检查它可能过于自信之处。",
  explore: "模型看不到还能改进的地方，于是去最不了解之处。",
  exploration: "为了了解知之甚少的区域。",
  exploitation: "取模型期望最高的地方。",
  resampling: "再测一次，因为之前的结果看起来异常。",
  optimum: "取模型所见的最佳位置。",
};
const notJudged: Readonly<Record<FactOf<"not-judged">["because"], string>> = {
  "no-rung": "只在间隔越来越大的几个轮次评估。",
  "no-numbers": "它报告的成绩不全是数。",
  "none-as-long": "还没有跑完的试验到过这么远。",
  "none-finished": "还没有跑完的试验。",
  "no-length": "还没有跑完的试验，不知道一个试验有多长。",
  "no-rivals": "还没有别的试验到过这么远。",
  "nearly-done": "它就要跑完了。",
  "no-agreement": "意见一致的曲线太少，无法预测。",
};

/** 调优算法和早停评估说明理由的话，每种一句。 */
export const zhFacts: typeof enFacts = {
  facts: {
    picked: ({ algorithm, inside }) =>
      `Auto 选用了 ${inside ? `${algorithm} with ${inside}` : algorithm}。`,
    "auto-slow": ({ results }) => `${results} 个结果会让高斯过程变慢。`,
    "auto-many": ({ parameters }) => `${parameters} 个参数对高斯过程来说太多。`,
    "auto-conditional": ({ percent }) => `${percent}\u202f% 的参数取决于另一个参数。`,
    "auto-suited": ({ parameters, results }) =>
      `${parameters} 个参数和 ${results} 个结果，正是高斯过程最擅长的。`,
    "auto-no-epochs": () => "每个试验都训练到底，因为轮次也在搜索之列。",
    "auto-few-epochs": ({ epochs }) => `${epochs} 轮太少，不必更早终止。`,
    "auto-few-trials": ({ trials }) => `${trials} 个试验太少，不宜只短暂训练其中一些。`,
    "auto-brackets": ({ epochs }) => `只有较好的试验才训练满 ${epochs} 轮。`,
    split: ({ good, bad }) =>
      good.trials
        ? `把目前最好的结果（${numbers(good.trials)}）与其余 ${bad.count} 个相比：寻找在最好的结果中常见、在其余结果中少见的值。`
        : `把最好的 ${good.count} 个结果与其余 ${bad.count} 个相比：寻找在最好的结果中常见、在其余结果中少见的值。`,
    assumed: ({ trials }) =>
      `${numbers(trials)}当时还没有结果，先按假定的成绩计入，以免同时进行的试验雷同。`,
    expected: ({ mean, deviation }) =>
      `模型预计这里得到 ${percent(mean)} ± ${percent(deviation)}。`,
    "best-known": ({ metric }) => `模型看来目前最好的是 ${percent(metric)}。`,
    improvement: ({ expected }) => `期望改进：${percent(expected, 2)}。`,
    purpose: ({ purpose }) => purposes[purpose],
    near: ({ trials }) => `在目前较好的 ${numbers(trials)} 附近抽取。`,
    mutated: ({ parent }) => `试验 ${parent} 的变异。`,
    tournament: ({ trials }) => `亲代是 ${numbers(trials)} 中最好的。`,
    left: ({ trial }) => `试验 ${trial} 为它离开了种群。`,
    generation: ({ generation, sigma }) =>
      `第 ${generation + 1} 代，步长为各参数范围的 ${shortNumber(Number(sigma.toPrecision(2)))}。`,
    round: ({ round }) => `种群的第 ${round + 1} 轮。`,
    continued: ({ trial, rank }) => `试验 ${trial} 在上一轮排第 ${rank}，继续训练。`,
    copied: ({ trial }) => `上一轮最差的让位：它接过试验 ${trial} 的权重并改动参数。`,
    typical: ({ results, budget, l, g }) =>
      `从 ${budget} 轮的 ${results} 个结果中学到：它在好结果中的典型程度是其余结果的 ${ratioText(l / g)} 倍。`,
    rung: ({ bracket, rung, budget }) =>
      `第 ${bracket + 1} 组第 ${rung + 1} 级：训练到第 ${budget} 轮。`,
    promoted: ({ trial, rank, of }) =>
      `试验 ${trial} 在它那一级的 ${of} 个中排第 ${rank}，从保存的权重继续。`,
    point: ({ index }) => `均匀填满空间的序列中的第 ${index + 1} 个点。`,
    listed: ({ index, of }) => `所列 ${of} 个配置中的第 ${index + 1} 个。`,
    said: ({ text }) => text,
    "below-median": ({ steps, best, median, trials }) =>
      `${steps} 轮后它的最好成绩是 ${metric(best)}，低于 ${trials} 个已完成试验的中位数 ${metric(median)}。`,
    "not-below-median": ({ steps, best, median, trials }) =>
      `${steps} 轮后它的最好成绩是 ${metric(best)}，不低于 ${trials} 个已完成试验的中位数 ${metric(median)}。`,
    "share-of-trials": ({ steps, better, trials, best, percent }) =>
      `${steps} 轮后，其他 ${trials} 个试验中有 ${better} 个高于它的最好成绩 ${metric(best)}；最好的 ${percent}\u202f% 可以继续。`,
    "place-on-rung": ({ steps, place, trials, best, places }) =>
      `${steps} 轮后它以 ${metric(best)} 在 ${trials} 个试验中排第 ${place}；前 ${places} 个可以继续。`,
    "predicted-end": ({ predicted, epochs, bar }) =>
      `预计 ${epochs} 轮后达到 ${metric(predicted)}，需要达到 ${metric(bar)}。`,
    "forecast-end": ({ end, sd, bar, probability }) =>
      `预计最终为 ${metric(end)} ± ${metric(sd)}，对比 ${metric(bar)}：有 ${Math.floor(100 * probability)}\u202f% 的把握它不会成为最佳。`,
    "too-early": ({ steps, first }) => `才到第 ${steps} 轮，从第 ${first} 轮起才评估。`,
    "between-judgements": ({ gap }) => `每 ${gap} 轮才评估一次。`,
    "too-few-trials": ({ trials, needed }) => `可比的试验有 ${trials} 个，需要 ${needed} 个。`,
    "not-judged": ({ because }) => notJudged[because],
  },
};
