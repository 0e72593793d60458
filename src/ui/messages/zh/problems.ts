import { translate, zhList, type Pattern } from "./patterns.ts";

/** What the problems of a search space, a configuration and a setting expect, in Chinese. */
const expectations: readonly Pattern[] = [
  [/^a JSON object of parameters$/, "一个由参数组成的 JSON 对象"],
  [/^at least one parameter$/, "至少一个参数"],
  [/^at most (\d+) parameters, nested ones included$/, "最多 $1 个参数（含嵌套的）"],
  [/^constraints that some configurations obey$/, "有配置能满足的约束"],
  [
    /^a name of 1 to (\d+) characters \(NNI 2\.1 .*\)$/,
    "1 到 $1 个字符的名称（NNI 2.1 要求每个对象都有）",
  ],
  [/^a name of 1 to (\d+) characters$/, "1 到 $1 个字符的名称"],
  [/^an ordinary parameter name$/, "普通的参数名"],
  [/^a path used once in this space$/, "在这个空间里只出现一次的路径"],
  [/^an object with "_type" and "_value"$/, "含有 _type 和 _value 的对象"],
  [/^only "_type" and "_value" here$/, "只有 _type 和 _value"],
  [/^a list$/, "列表"],
  [/^1 to (\d+) options$/, "1 到 $1 个选项"],
  [/^choices nested at most (\d+) deep$/, "嵌套不超过 $1 层的选择"],
  [/^JSON of at most (\d+) characters$/, "不超过 $1 个字符的 JSON"],
  [/^a name used once in this choice$/, "在这组选项里只出现一次的名称"],
  [/^(?:one of:?|only) (.+)$/, ([names]) => `以下之一：${zhList(names!)}`],
  [/^(\d) numbers (\[.+\])$/, "$1 个数 $2"],
  [/^a step q above 0$/, "大于 0 的步长 q"],
  [/^a standard deviation sigma above 0$/, "大于 0 的标准差 sigma"],
  [/^two integers \[low, high\)$/, "两个整数 [low, high)"],
  [/^low below high \(high is exclusive\)$/, "应有 low 小于 high（不含 high）"],
  [/^low below high$/, "应有 low 小于 high"],
  [/^at most (\d+) integers$/, "最多 $1 个整数"],
  [/^a lower bound above 0 for (\w+)$/, "$1 的下界应大于 0"],
  [/^a list of at most (\d+) texts$/, "最多 $1 条文字的列表"],
  [/^two sides and an operator between them$/, "两边，中间一个比较符号"],
  [/^a top-level parameter \((.*)\) or a number$/, "顶层参数（$1）或一个数"],
  [/^a parameter whose values are numbers$/, "取值为数的参数"],
  [/^a list of at most (\d+) configurations$/, "最多 $1 个配置的列表"],
  [/^an object of parameters$/, "由参数组成的对象"],
  [/^an integer in (-?\d+)\.\.(-?\d+)$/, "$1 到 $2 之间的整数"],
  [/^a number above (\S+) to (\S+)$/, "大于 $1、不超过 $2 的数"],
  [/^a number above (\S+) and below (\S+)$/, "大于 $1、小于 $2 的数"],
  [/^a number from (\S+) to (\S+)$/, "$1 到 $2 之间的数"],
  [/^a number from (\S+) and below (\S+)$/, "不小于 $1、小于 $2 的数"],
  [/^a configuration of this search space$/, "这个搜索空间里的一个配置"],
  [/^an object of settings$/, "由设置组成的对象"],
  [
    /^fields of one NNI form \((\w+) is of v1, (\w+) of v2\)$/,
    "同一种 NNI 写法的字段（$1 属于 v1，$2 属于 v2）",
  ],
  [/^a field of NNI's v1 or v2 configuration, or tabtune$/, "NNI v1 或 v2 的字段，或 tabtune"],
  [
    /^the name of a data set: lower-case letters, digits and hyphens$/,
    "数据集的名字（小写字母、数字和连字符）",
  ],
  [/^a text of at most (\d+) characters$/, "不超过 $1 个字符的文字"],
  [/^a duration of at most 1000 days$/, "不超过 1000 天的时长"],
  [/^either searchSpace or searchSpaceFile$/, "searchSpace 和 searchSpaceFile 中的一个"],
  [/^"2\.1" or "3\.0"$/, '"2.1" 或 "3.0"'],
  [/^at least 1 unless the metric is test$/, "至少 1（指标为 test 时除外）"],
  [/^a name$/, "名称"],
  [/^the name of a tuner$/, "调优算法的名称"],
  [/^a tuner or an advisor, not both$/, "tuner 和 advisor 中的一个"],
  [/^an object$/, "对象"],
  [/^a JSON object of at most (\d+) characters$/, "不超过 $1 个字符的 JSON 对象"],
  [/^a number in (\S+)\.\.(\S+)$/, "$1 到 $2 之间的数"],
  [/^a list of at most (\d+)$/, "最多 $1 项的列表"],
  [/^true or false$/, "true 或 false"],
  [/^a string$/, "文字"],
  [/^(.+), or null$/, ([inner]) => withNull(inner!)],
  [/^an integer$/, "整数"],
  [/^an integer of at least (\S+) and at most (\S+)$/, "$1 到 $2 之间的整数"],
  [/^an integer of at least (\S+)$/, "不小于 $1 的整数"],
  [/^a number$/, "数"],
  [/^a number greater than (\S+) and at most (\S+)$/, "大于 $1、不超过 $2 的数"],
  [/^a number greater than (\S+)$/, "大于 $1 的数"],
  [/^a number of at least (\S+) and at most (\S+)$/, "$1 到 $2 之间的数"],
  [/^a number of at least (\S+)$/, "不小于 $1 的数"],
];

function withNull(inner: string): string | null {
  const said = zhExpectation(inner);
  return said === null ? null : `${said}，或 null`;
}

/** What makes parameters no configuration of a search space, behind the name of the parameter. */
const mismatches: readonly Pattern[] = [
  [/^is no parameter of the search space here$/, "搜索空间里没有这个参数"],
  [/^is missing$/, "没有给出"],
  [/^(.+) is none of the options$/, "$1 不在选项之中"],
  [/^(.+) is none of the (\d+) listed$/, "$1 不是列出的 $2 个之一"],
  [/^expected a number, got (.+)$/, "应为数，给出的是 $1"],
  [/^(\S+) is not an integer in (\S+)\.\.(\S+)$/, "$1 不是 $2 到 $3 之间的整数"],
  [/^(\S+) is not within (\[.+\]) in steps of (\S+)$/, "$1 不在 $2 之内，或不合步长 $3"],
  [/^(\S+) is not within (\[.+\])$/, "$1 不在 $2 之内"],
  [/^(\S+) is not a multiple of (\S+)$/, "$1 不是 $2 的倍数"],
  [/^(\S+) is not possible$/, "不可能是 $1"],
  [/^the constraint (.+) does not hold$/, "不满足约束 $1"],
];

/** Why parameters are no configuration of a search space, in Chinese; null where there is no translation. */
export function zhMismatch(text: string): string | null {
  const [, name = "", rest = text] = /^(\S+): (.+)$/.exec(text) ?? [];
  const said = translate(rest, mismatches);
  return said === null ? null : `${name ? `${name}：` : ""}${said}`;
}

function mend(mismatched: string): string | null {
  const said = mismatched.split("; ").map(zhMismatch);
  return said.includes(null) ? null : `请改正：${said.join("；")}。`;
}

const remedies: readonly Pattern[] = [
  [/^Write (\{.*\})\.$/, "请写 $1。"],
  [/^Add one, e\.g\. (.+)\.$/, "请加一个，例如 $1。"],
  [/^Remove parameters that need no tuning\.$/, "请去掉不需要调优的参数。"],
  [
    /^Practically no configuration obeys them all: loosen one\.$/,
    "几乎没有配置能同时满足它们：请放宽一条。",
  ],
  [/^Rename the parameter\.$/, "请给参数改名。"],
  [/^For a constant write (.+)\.$/, "要用常数，请写 $1。"],
  [/^Remove this key; .*$/, "请去掉这个键；子参数应写在带 _name 的选项里。"],
  [/^Write ("_.+)\.$/, "请写 $1。"],
  [
    /^List the values to choose from, or use randint or uniform for a range\.$/,
    "请列出可选的值；要一个范围，请用 randint 或 uniform。",
  ],
  [/^Flatten the inner choices into separate options\.$/, "请把内层的选择拆成单独的选项。"],
  [/^Shorten the option\.$/, "请缩短这个选项。"],
  [/^Add "_name": "…" to the option\.$/, "请给这个选项加上 _name。"],
  [/^Rename the option\.$/, "请给这个选项改名。"],
  [
    /^NNI's classic architecture search is not available: .*$/,
    "这里没有 NNI 旧式的结构搜索：请把各个结构列成 choice 的选项。",
  ],
  [/^Correct the type\.$/, "请改正类型。"],
  [/^Write numbers without quotes\.$/, "数字不要加引号。"],
  [/^Give exactly (.+) for (\w+)\.$/, "$2 需要写 $1，不多不少。"],
  [/^Give the distance between values\.$/, "请给出相邻取值之间的距离。"],
  [/^For a constant use a "choice" with one value\.$/, "要用常数，请用只有一个值的 choice。"],
  [/^Use whole numbers, or quniform for fractions\.$/, "请用整数；要小数，请用 quniform。"],
  [/^To include (\S+) write (\[.+\])\.$/, "要包含 $1，请写 $2。"],
  [/^Swap the bounds: (\[.+\])\.$/, "请交换上下界：$1。"],
  [/^The bounds are inverted: write (\[.+\])\.$/, "上下界写反了：请写 $1。"],
  [/^Use quniform\.$/, "请用 quniform。"],
  [
    /^Use a small positive bound such as (\S+), or (\w+)\.$/,
    "请用一个小的正数作下界，例如 $1，或者改用 $2。",
  ],
  [/^Write e\.g\. ("_constraints".+) with (.+) or !=\.$/, "例如写 $1，可用 $2 和 !=。"],
  [/^Name a parameter on one side\.$/, "请在一边写上参数名。"],
  [/^Correct the name\.$/, "请改正名称。"],
  [/^Only numbers can be compared\.$/, "只有数能比较大小。"],
  [/^Remove or replace that value\.$/, "请去掉或换掉这个值。"],
  [/^Give every parameter\.$/, "请给出每个参数。"],
  [
    /^Paste the content of NNI's config\.yml or a configuration saved here\.$/,
    "请粘贴 NNI 的 config.yml，或在这里保存的配置。",
  ],
  [
    /^Use either the v1 or the v2 names throughout\.$/,
    "请全部使用 v1 的名称，或全部使用 v2 的名称。",
  ],
  [/^Remove the (?:field|setting)\.$/, "请去掉它。"],
  [/^Did you mean (.+)\?$/, "是不是想写 $1？"],
  [/^Shorten the name\.$/, "请缩短名称。"],
  [/^Write a whole number\.$/, "请写一个整数。"],
  [/^Write e\.g\. 30m, 0\.5h, 100h or 7d\.$/, "例如写 30m、0.5h、100h 或 7d。"],
  [/^Remove one(?: of them)?\.$/, "请去掉其中一个。"],
  [/^Indent it below searchSpace\.$/, "请把它缩进写在 searchSpace 下面。"],
  [/^Write tabtune: (.+)\.$/, "请写 tabtune: $1。"],
  [/^Quote the release\.$/, "请给版本号加上引号。"],
  [/^Set aside validation images, e\.g\. (\d+)\.$/, "请留出验证图像，例如 $1 张。"],
  [/^Mend: (.+)\.$/, ([mismatched]) => mend(mismatched!)],
  [/^$/, ""],
  [/^Give .+\.$/, "请改正这个值。"],
  [/^Correct the setting\.$/, "请改正这项设置。"],
  [/^Write e\.g\. TPE\.$/, "例如写 TPE。"],
  [/^Write name: value pairs\.$/, "请写成“名称: 值”。"],
  [/^Use one of (.+)\.$/, ([names]) => `请用以下之一：${zhList(names!)}。`],
  [/^Write (\{ name: …, classArgs: \{ … \} \}): (.+)\.$/, "请写 $1，名称可以是 $2。"],
];

/** What is expected, in Chinese; null where there is no translation. */
export const zhExpectation = (text: string): string | null => translate(text, expectations);

/** What is expected as a demand; some expectations are whole clauses. */
export const zhShould = (wanted: string): string =>
  wanted.includes("应") ? wanted : `应为${/^\w/.test(wanted) ? " " : ""}${wanted}`;

/** What is expected and what to do, in Chinese; null where either has no translation. */
export function zhProblem(expected: string, remedy: string): string | null {
  const [wanted, advice] = [zhExpectation(expected), translate(remedy, remedies)];
  if (wanted === null || advice === null) return null;
  return `${zhShould(wanted)}。${advice}`;
}

/** Problems that are only counted. */
export const zhMore = (count: number): string => `还有 ${count} 处。`;
