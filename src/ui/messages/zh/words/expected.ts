import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { expected as area } from "../../../../core/words/vocabulary/expected.ts";
import { list } from "./places.ts";

export const expected: CatalogueOf<typeof area> = {
  "text-of-at-most": ({ characters }) => `不超过 ${characters} 个字符的文字`,
  "number-in": ({ low, high }) => `${low} 到 ${high} 之间的数`,
  "integer-in": ({ low, high }) => `${low} 到 ${high} 之间的整数`,
  "a-number": "数",
  "true-or-false": "true 或 false",
  "one-of": ({ names }) => `以下之一：${list(names)}`,
  "one-of-these": ({ names }) => `以下之一：${list(names)}`,
  only: ({ names }) => `以下之一：${list(names)}`,
  "or-null": ({ said }, say) => `${say(said)}，或 null`,
  "bytes-of-at-most": ({ bytes }) => `最多 ${bytes} 字节`,
  "list-of-at-most": ({ items }) => `最多 ${items} 项的列表`,
  "list-of": ({ least, most }) => `${least} 到 ${most} 项的列表`,
  "json-of-at-most": ({ characters }) => `不超过 ${characters} 个字符的 JSON`,
  "json-object-of-at-most": ({ characters }) => `不超过 ${characters} 个字符的 JSON 对象`,
  "object-of-at-most-keys": ({ keys }) => `最多 ${keys} 个键的对象`,
  "ordinary-keys": "不超过 200 个字符的普通键名",
  "an-object": "对象",
  "a-string": "文字",
  "a-list": "列表",
  "number-bounded": ({ integer, least, above, most }) => {
    const noun = integer ? "整数" : "数";
    if (above !== null)
      return most === null ? `大于 ${above} 的${noun}` : `大于 ${above}、不超过 ${most} 的${noun}`;
    if (least !== null)
      return most === null ? `不小于 ${least} 的${noun}` : `${least} 到 ${most} 之间的${noun}`;
    return most === null ? noun : `不超过 ${most} 的${noun}`;
  },
  "number-range": ({ low, lowExcluded, high, highExcluded }) => {
    if (lowExcluded) return `大于 ${low}、${highExcluded ? "小于" : "不超过"} ${high} 的数`;
    return highExcluded ? `不小于 ${low}、小于 ${high} 的数` : `${low} 到 ${high} 之间的数`;
  },
  "gp-nu": "0.5、1.5 或 2.5",
  "json-object-of-parameters": "一个由参数组成的 JSON 对象",
  "object-of-parameters": "由参数组成的对象",
  "at-least-one-parameter": "至少一个参数",
  "at-most-parameters": ({ parameters }) => `最多 ${parameters} 个参数（含嵌套的）`,
  "obeyable-constraints": "有配置能满足的约束",
  "parameter-name": ({ characters }) => `1 到 ${characters} 个字符的名称`,
  "name-on-every-object": ({ characters }) =>
    `1 到 ${characters} 个字符的名称（NNI 2.1 要求每个对象都有）`,
  "ordinary-parameter-name": "普通的参数名",
  "unique-path": "在这个空间里只出现一次的路径",
  "type-and-value": "含有 _type 和 _value 的对象",
  "only-type-and-value": "只有 _type 和 _value",
  options: ({ options }) => `1 到 ${options} 个选项`,
  "nested-choices": ({ depth }) => `嵌套不超过 ${depth} 层的选择`,
  "unique-option-name": "在这组选项里只出现一次的名称",
  "numbers-named": ({ names }) => `${names.length} 个数 [${names.join(", ")}]`,
  "positive-step": "大于 0 的步长 q",
  "positive-sigma": "大于 0 的标准差 sigma",
  "two-integers": "两个整数 [low, high)",
  "low-below-high": "应有 low 小于 high",
  "low-below-exclusive-high": "应有 low 小于 high（不含 high）",
  "at-most-integers": ({ integers }) => `最多 ${integers} 个整数`,
  "positive-low": ({ type }) => `${type} 的下界应大于 0`,
  "list-of-texts": ({ texts }) => `最多 ${texts} 条文字的列表`,
  "two-sides": "两边，中间一个比较符号",
  "top-level-parameter": ({ names }) => `顶层参数（${names.join(", ")}）或一个数`,
  "numeric-parameter": "取值为数的参数",
  "list-of-configurations": ({ configurations }) => `最多 ${configurations} 个配置的列表`,
  "configuration-of-space": "这个搜索空间里的一个配置",
  "object-of-settings": "由设置组成的对象",
  "one-nni-form": ({ old, recent }) => `同一种 NNI 写法的字段（${old} 属于 v1，${recent} 属于 v2）`,
  "nni-field": "NNI v1 或 v2 的字段，或 tabtune",
  "duration-of-at-most": "不超过 1000 天的时长",
  "space-or-file": "searchSpace 和 searchSpaceFile 中的一个",
  "nni-release": '"2.1" 或 "3.0"',
  "one-unless-test": "至少 1（指标为 test 时除外）",
  "dataset-name": "数据集的名字（小写字母、数字和连字符）",
  "a-name": "名称",
  "tuner-name": "调优算法的名称",
  "tuner-or-advisor": "tuner 和 advisor 中的一个",
};
