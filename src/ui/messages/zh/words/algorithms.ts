import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { algorithms as area } from "../../../../core/words/vocabulary/algorithms.ts";
import { at, list, should } from "./places.ts";

const listed =
  'BatchTuner 只跑列出的配置。请在一个 choice 里列出完整的配置，例如 { "combine_params": { "_type": "choice", "_value": [{ "lr": 0.1 }, { "lr": 0.01 }] } }；或改用 TPE。';

export const algorithms: CatalogueOf<typeof area> = {
  "argument-unknown": ({ owner, argument, names }) =>
    `${at(`${owner}.${argument}`)}${owner} 没有这项设置。它的设置有：${list(names)}。`,
  "argument-wrong": ({ owner, argument, expected, value }, say) =>
    `${at(`${owner}.${argument}`)}${should(say(expected))}，给出的是 ${value}。`,
  "nni-tuner-structure": ({ name, one, other }) =>
    `${at(name)}${name} 是 NNI 的调优算法，这里没有：请把网络结构写进搜索空间（嵌套的选择），并用 ${one} 或 ${other}。`,
  "nni-tuner-instead": ({ name, instead }) =>
    `${at(name)}${name} 是 NNI 的调优算法，这里没有，请用 ${instead}。`,
  "custom-tuner": ({ name, names }) =>
    `${at(name)}自定义的调优算法要运行 Python 代码，浏览器做不到。请用以下之一：${list(names)}。`,
  "unknown-tuner": ({ name, names }) =>
    `${at(name)}没有叫 ${JSON.stringify(name)} 的调优算法。请用以下之一：${list(names)}。`,
  "unknown-assessor": ({ name, names }) =>
    `${at(name)}没有叫 ${JSON.stringify(name)} 的早停评估。请用以下之一：${list(names)}。`,
  "unsupported-type": ({ path, type, tuner }) =>
    `${at(`${tuner}.${path}`)}${tuner} 不能处理 ${type} 类型。请用 TPE，或改这个参数。`,
  "unsupported-nested": ({ path, tuner }) =>
    `${at(`${tuner}.${path}`)}${tuner} 不能处理嵌套的选择。请用 TPE，或改这个参数。`,
  "unsupported-unbounded": ({ path, type, tuner }) =>
    `${at(`${tuner}.${path}`)}${tuner} 不能处理 ${type} 类型。请用 TPE，或用有界的类型。`,
  "unsupported-names": ({ path, tuner }) =>
    `${at(`${tuner}.${path}`)}${tuner} 不能处理不是数的选项。请用 TPE，或只列出数。`,
  "lists-only-type": ({ path }) => `${at(`BatchTuner.${path}`)}${listed}`,
  "lists-only-nested": ({ path }) => `${at(`BatchTuner.${path}`)}${listed}`,
  "lists-only": ({ path }) => `${at(path)}${listed}`,
  "no-draws": ({ draws }) => `抽取 ${draws} 次，没有配置满足约束。请放宽 _constraints。`,
  "all-tried": ({ tried }) =>
    `搜索空间里的 ${tried} 个配置都试过了，没有新的可试。请扩大搜索空间，或到此为止。`,
  "all-listed-tried": ({ tried }) => `列出的 ${tried} 个配置都试过了。请再添几个，或到此为止。`,
  "all-random": ({ trials, tuner, startup }) =>
    `这 ${trials} 个试验都是随机的：${tuner} 先随机试 ${startup} 个，然后才选择。`,
};
