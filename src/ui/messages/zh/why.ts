import type { enWhy } from "../en/why.ts";

/** 为什么选这个配置。 */
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
    considered: (count) => `比较了 ${count} 个候选，图中是最好的几个。`,
    bars: "竖条：候选，l/g 越大越高，实心的是选中的。圆点：已有结果，实心的是最好的。",
    together: (ratio) =>
      `所有参数合在一起：l/g = ${ratio}，这是联合评估，不等于上面各值的乘积。取其中最大的配置。`,
    ratio: (l, g, ratio) => `l ${l}，g ${g}，l/g ${ratio}`,
    ratioMeans: "l：最好的结果在这里有多密。g：其余结果在这里有多密。l/g 越大，期望的改进越大。",
    parameterChart: (path, chosen) => `${path}：选了 ${chosen}`,
    predictions: "候选配置与模型的预期",
    prediction: "预期",
    gain: "改进",
  },
};
