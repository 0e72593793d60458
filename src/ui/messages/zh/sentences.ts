import { translate, zhList, type Pattern } from "./patterns.ts";
import { zhExpectation, zhShould } from "./problems.ts";

const kinds: Readonly<Record<string, string>> = {
  "search spaces": "搜索空间",
  configurations: "配置",
};
const named = (name: string): string => (name === "The text" ? "这段文字" : name);
const expected = (text: string): string | null => {
  const wanted = zhExpectation(text);
  return wanted === null ? null : zhShould(wanted);
};

const zhPart = (part: string): string =>
  part
    .replace("training ", "训练")
    .replace("test ", "测试")
    .replace("images", "图像")
    .replace("labels", "标签");

/** The sentences about what users bring along (files, links, archives, settings) that tell more than their error's headline. */
const sentences: readonly Pattern[] = [
  // 文字和文件
  [
    /^(?:This is not valid|The configuration is not valid) (JSON|YAML): ([^]*)$/,
    ([format, reason]) => {
      const at = /line (\d+),? column (\d+)/.exec(reason!);
      const twice = /^The key (.+) stands there twice\.$/.exec(reason!);
      const why = at
        ? `，问题在第 ${at[1]} 行第 ${at[2]} 列附近`
        : twice
          ? `：键 ${twice[1]} 出现了两次`
          : "";
      return `这不是有效的 ${format}${why}。`;
    },
  ],
  [/^The file is not valid JSON\.$/, "这个文件不是有效的 JSON。"],
  [/^The text is longer than (\d+) characters\.$/, "文字超过了 $1 个字符。"],
  [/^The text holds more than (\d+) values or (\d+) levels\.$/, "内容超过了 $1 个值或 $2 层嵌套。"],
  [/^The text is nested more than (\d+) levels deep\.$/, "嵌套超过了 $1 层。"],
  [/^The file holds more than (\d+) levels\.$/, "文件的嵌套超过了 $1 层。"],
  [/^The file holds more than (\d+) values\.$/, "文件超过了 $1 个值。"],
  [/^The file has (\d+) bytes; experiments have less\.$/, "文件有 $1 字节，实验文件没有这么大。"],
  [
    /^The file names saved weights, which no file contains\.$/,
    "文件提到了保存的权重，而文件里不会有权重。",
  ],
  [/^Expected an object with keys, got ([^]+)\.$/, "应为由“键: 值”组成的对象，给出的是 $1。"],
  [/^Expected a finite number, got (\S+)\.$/, "应为有限的数，给出的是 $1。"],
  [/^The key "(.+)" is not allowed\.$/, "不能用 $1 作键。"],
  [/^There is no file\.$/, "没有文件。"],
  [/^It is empty\.$/, "它是空的。"],
  [
    /^(.+) and (.+) are two (search spaces|configurations)\. Drop one of them\.$/,
    ([one, other, kind]) => `${one} 和 ${other} 都是${kinds[kind!]}，请只拖入一个。`,
  ],
  [
    /^These are two (search spaces|configurations)\. Give one of them\.$/,
    ([kind]) => `两份都是${kinds[kind!]}，请只给一份。`,
  ],
  [
    /^This is neither a search space, whose parameters have "_type" and "_value", nor a configuration with a field of NNI's\.$/,
    "这既不是搜索空间（每个参数都有 _type 和 _value），也不是含有 NNI 字段的配置。",
  ],
  [
    /^(.+) is neither a search space, a configuration, an experiment nor a data archive\.$/,
    ([name]) => `${named(name!)} 既不是搜索空间、配置，也不是实验文件或数据压缩包。`,
  ],
  // 链接
  [/^The link contains characters that do not belong there\.$/, "链接里有不该出现的字符。"],
  [
    /^The link was made by another version or is not complete\.$/,
    "链接由另一个版本生成，或者不完整。",
  ],
  [/^The link is not complete\.$/, "链接不完整。"],
  [/^The link is damaged: its checksum is wrong\.$/, "链接已损坏：校验和不对。"],
  [/^The link is damaged: its text cannot be read\.$/, "链接已损坏：读不出内容。"],
  [/^The link is damaged: its data cannot be unpacked\.$/, "链接已损坏：无法解压。"],
  [/^The link has (\d+) characters\.$/, "链接有 $1 个字符。"],
  [/^The link holds more than (\d+) levels\.$/, "链接里的嵌套超过了 $1 层。"],
  [
    /^The link holds more than (\d+) (values|epochs)\.$/,
    ([n, of]) => `链接里超过了 ${n} 个${of === "values" ? "值" : "轮次"}。`,
  ],
  [
    /^The link unpacks to more than (\d+) bytes and was not read any further\.$/,
    "链接解压后超过 $1 字节，没有再读下去。",
  ],
  // 图像
  [/^The file is empty\.$/, "文件是空的。"],
  [
    /^The compressed file is damaged or was not downloaded completely\.$/,
    "压缩文件已损坏，或者没有下载完整。",
  ],
  [
    /^The archive ends in the middle; it was not downloaded completely\.$/,
    "压缩包不完整：没有下载完。",
  ],
  [/^This is not a tar archive, or it is damaged\.$/, "这不是 tar 压缩包，或者已损坏。"],
  [
    /^This archive holds no CIFAR-10 batches\. Use (\S+) or (\S+)\.$/,
    "压缩包里没有 CIFAR-10 的数据。请用 $1 或 $2。",
  ],
  [
    /^The images of (\S+) are not what they should be: their mean brightness is (\S+) instead of (\S+)\. Nothing was trained on them\.$/,
    "$1 的图像平均亮度是 $2，应为 $3：这不是该数据集的图像。没有用它们训练。",
  ],
  [
    /^(.+) is no idx file of bytes\. Give the files as they were published\.$/,
    "$1 不是 idx 文件。请给原样发布的文件。",
  ],
  [
    /^(.+) says that it holds (\d+) bytes, but holds (\d+)\. Get it again\.$/,
    "$1 应有 $2 字节，实际有 $3 字节。请重新获取。",
  ],
  [
    /^(.+) and (.+) both hold the (training|test) (images|labels)\. Give one of them\.$/,
    ([one, other, split, what]) =>
      `${one} 和 ${other} 都是${zhPart(`${split} ${what}`)}，请只给一份。`,
  ],
  [
    /^Missing: (.+)\. Give all four files at once: (.+)\.$/,
    ([parts, names]) =>
      `缺少${parts!.split(", ").map(zhPart).join("、")}。请把四个文件一起给出：${zhList(names!)}。`,
  ],
  [
    /^(.+) holds (\S+) bytes; (.+) has (\d+) and (\d+) images of (\d+x\d+), and as many labels\.$/,
    "$1 有 $2 字节，而 $3 有 $4 和 $5 张 $6 的图像以及同样多的标签。",
  ],
  [
    /^(.+): label (\d+) is (\d+); labels are 0 to (\d+)\.$/,
    "$1 的第 $2 个标签是 $3，标签应为 0 到 $4。",
  ],
  [/^(\S+) is not in (.+)\. Use (.+)\.$/, "$2 里没有 $1。请用 $3。"],
  [/^(\S+) should hold (\d+) images, but holds (\S+)\.$/, "$1 应有 $2 张图像，实际有 $3 张。"],
  [
    /^(\S+) in the archive has (\d+) bytes; at most (\d+) are expected\.$/,
    "压缩包里的 $1 有 $2 字节，最多应有 $3 字节。",
  ],
  [
    /^Records of (\d+) bytes are expected; (\d+) bytes are not a whole number of them\.$/,
    "每条记录应有 $1 字节，而 $2 字节不是它的整数倍。",
  ],
  [
    /^Record (\d+) has the label (\d+); labels are 0 to (\d+)\.$/,
    "第 $1 条记录的标签是 $2，标签应为 0 到 $3。",
  ],
  [
    /^No file was given\. Choose (.+)\.$/,
    ([names]) =>
      `没有给出文件。请选择 ${names!.replaceAll(" or ", " 或 ").replaceAll(", ", "、")}。`,
  ],
  [
    /^There is no data set "(.+)" here\. Use one of: (.+)\.$/,
    ([name, known]) => `这里没有叫 ${name} 的数据集，请用以下之一：${zhList(known!)}。`,
  ],
  [/^(\S+) is not here yet: choose a source\.$/, "这里还没有 $1：请选择来源。"],
  [
    /^(\S+) is not complete here: (\S+) is missing\. Prepare the data set again\.$/,
    "$1 不完整：缺少 $2。请重新获取数据。",
  ],
  // 设置与参数
  [
    /^expected (.+), and the space contains (.+)\. Remove or replace that value\.$/,
    ([wanted, value]) => {
      const said = expected(wanted!);
      return said === null ? null : `${said}，而这里有 ${value}。请去掉或换掉这个值。`;
    },
  ],
  [
    /^0 leaves nothing to judge trials by\. Choose some, or the metric "test"\.$/,
    "没有图像可用来评判试验。请留出一些，或把指标改为 test。",
  ],
  [
    /^(\d+) images minus (\d+) for validation leave nothing to train on\.$/,
    "$1 张图像，减去验证用的 $2 张，没有剩下训练用的。",
  ],
  [
    /^(\d+) images, but (\S+) has (\d+) for training and (\d+) for the test\. Use at most (\d+)\.$/,
    "要 $1 张图像，而 $2 有 $3 张训练图像、$4 张测试图像。最多用 $5 张。",
  ],
  [
    /^batch_size (\d+) does not fit this device; the largest that does is (\d+)\.$/,
    "批大小 $1 在这台设备上放不下，最大可用 $2。",
  ],
  [
    /^The network does not fit this device with any batch_size; use a smaller width\.$/,
    "无论批大小是多少，这台设备都放不下这个网络；请减小网络宽度。",
  ],
  [
    /^a batch of (\d+) cannot be filled with the (\d+) images left to train on\. Use at most \d+, or more training images\.$/,
    "训练用的图像只有 $2 张，凑不满一批 $1 张。最多用 $2，或增加训练图像。",
  ],
  [
    /^(\d+) is more than the (\d+) training images\. Choose a smaller one\.$/,
    "批大小 $1 超过了训练图像数 $2，请改小。",
  ],
  [
    /^no network or optimizer reads the key (.+)\. Remove it, list it under inertKeys, or use one of: (.+)\.$/,
    ([key, known]) =>
      `没有网络或优化器用到键 ${key}。请去掉它，或列入 inertKeys，或改用：${zhList(known!)}。`,
  ],
  [
    /^(\w+) says itself how many epochs each trial trains, so epochs would have no effect\. Remove it, or choose another tuner\.$/,
    "$1 自己决定每个试验训练几轮，epochs 不会起作用。请去掉它，或换一种调优算法。",
  ],
  [
    /^(\w+) is searched in two places, and a trial has only one\. Remove one of them, or put each into an option of the same choice\.$/,
    "$1 出现在两处，而一个试验只有一个。请去掉一处，或分别放进同一个 choice 的不同选项。",
  ],
  [
    /^(\w+) has no effect with (.+)\. Remove it, list it under inertKeys, or let (\w+) choose (.+)\.$/,
    ([key, values, selector, owners]) =>
      `${key} 对 ${zhList(values!)} 不起作用。请去掉它，或列入 inertKeys，或让 ${selector} 可选 ${zhList(owners!.replace(" or ", ", "))}。`,
  ],
  [
    /^(\w+) cannot be had: NNI's own definition of it divides channels with \/ and cannot be built in Python 3, so nothing says what it is\. Remove it, or choose another one\.$/,
    "没有 $1：NNI 自己的定义用 / 计算通道数，在 Python 3 中无法构建，所以没有什么说明它是怎样的。请去掉它，或换一个。",
  ],
  [
    /^(\w+) takes integers, and (\w+) gives fractions\. .*$/,
    "$1 要整数，而 $2 给出小数。请用 randint 或 choice，或步长为整数的量化类型。",
  ],
  [
    /^(\w+) takes (.+), not numbers\. Use (.+)\.$/,
    ([key, wanted, use]) => {
      const said = zhExpectation(wanted!);
      return said === null ? null : `${key} 应取${said}，而不是数。请用 ${use}。`;
    },
  ],
  // 算法
  [
    /^All (\d+) trials will be random: (\S+) tries (\d+) at random before it chooses\.$/,
    "这 $1 个试验都是随机的：$2 先随机试 $3 个，然后才选择。",
  ],
  [
    /^\S+ must be (.+), got ([^]+)\.$/,
    ([wanted, got]) => {
      const said = expected(wanted!);
      return said === null ? null : `${said}，给出的是 ${got}。`;
    },
  ],
  [
    /^\S+ is not an argument of (\w+)\. Its arguments are: (.*)\.$/,
    ([owner, known]) => `${owner} 没有这项设置。它的设置有：${zhList(known!)}。`,
  ],
  [
    /^(\w+) is a tuner of NNI that Tabtune does not offer: use GaussianProcess\.$/,
    "$1 是 NNI 的调优算法，这里没有，请用 GaussianProcess。",
  ],
  [
    /^(\w+) is a tuner of NNI that Tabtune does not offer: put the architecture into the search space(?: \(nested choices\))? and use (\w+) or (\w+)\.$/,
    "$1 是 NNI 的调优算法，这里没有：请把网络结构写进搜索空间（嵌套的选择），并用 $2 或 $3。",
  ],
  [
    /^Custom tuners run Python code, which a browser cannot: use one of (.+)\.$/,
    ([known]) =>
      `自定义的调优算法要运行 Python 代码，浏览器做不到。请用以下之一：${zhList(known!)}。`,
  ],
  [
    /^There is no tuner named (.+): use one of (.+)\.$/,
    ([name, known]) => `没有叫 ${name} 的调优算法。请用以下之一：${zhList(known!)}。`,
  ],
  [
    /^There is no assessor named (.+): use one of (.+)\.$/,
    ([name, known]) => `没有叫 ${name} 的早停评估。请用以下之一：${zhList(known!)}。`,
  ],
  [
    /^(?:\S+ is (?:of type|a nested) \w+, which BatchTuner cannot handle|This search space is no list of configurations): list whole configurations in one choice, e\.g\. (.+), or use TPE\.$/,
    "BatchTuner 只跑列出的配置。请在一个 choice 里列出完整的配置，例如 $1；或改用 TPE。",
  ],
  [
    /^\S+ is a nested choice, which (\S+) cannot handle: use TPE, or change the parameter\.$/,
    "$1 不能处理嵌套的选择。请用 TPE，或改这个参数。",
  ],
  [
    /^\S+ is of type (\w+), which (\S+) cannot handle: use TPE, or change the parameter\.$/,
    "$2 不能处理 $1 类型。请用 TPE，或改这个参数。",
  ],
  [
    /^No configuration obeyed the constraints in (\d+) draws: loosen _constraints\.$/,
    "抽取 $1 次，没有配置满足约束。请放宽 _constraints。",
  ],
  [
    /^All (\d+) configurations of the search space have been tried: .*$/,
    "搜索空间里的 $1 个配置都试过了，没有新的可试。请扩大搜索空间，或到此为止。",
  ],
  [
    /^All (\d+) listed configurations have been tried\. .*$/,
    "列出的 $1 个配置都试过了。请再添几个，或到此为止。",
  ],
];

/** Longer ones and deeper ones are nobody's sentences: a foreign file's errors must not keep the page busy. */
const longest = 2_000;
const mostNames = 4;

/** What an error's message says, in Chinese, whatever names of files, tuners and parameters it begins with; null where there is
 *  no translation. */
export function zhSentence(message: string, names = mostNames): string | null {
  if (message.length > longest) return null;
  const said = translate(message, sentences);
  const name = names > 0 ? /^.{1,200}?: /.exec(message) : null;
  return said ?? (name && zhSentence(message.slice(name[0].length), names - 1));
}
