import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { files as area } from "../../../../core/words/vocabulary/files.ts";

export const files: CatalogueOf<typeof area> = {
  "invalid-json": ({ line, column }) => `这不是有效的 JSON${near(line, column)}。`,
  "invalid-yaml": ({ line, column, reason }, say) =>
    `这不是有效的 YAML${reason.code === "as-written" ? near(line, column) : `：${say(reason)}`}。`,
  "key-twice": ({ key }) => `键 ${key} 出现了两次`,
  "key-no-word": "键应为普通的词",
  "text-too-long": ({ characters }) => `文字超过了 ${characters} 个字符。`,
  "text-too-large": ({ values, levels }) => `内容超过了 ${values} 个值或 ${levels} 层嵌套。`,
  "text-too-deep": "嵌套超过了 60 层。",
  "no-object": ({ value }) => `应为由“键: 值”组成的对象，给出的是 ${value}。`,
  "no-finite-number": ({ value }) => `应为有限的数，给出的是 ${value}。`,
  "no-plain-data": ({ type }) => `应为普通的数据，给出的是 ${type}。`,
  "forbidden-key": ({ key }) => `不能用 ${key} 作键。`,
  "no-file": "没有文件。",
  "it-is-empty": "它是空的。",
  "two-spaces": ({ one, other }) => `${one} 和 ${other} 都是搜索空间，请只拖入一个。`,
  "two-configurations": ({ one, other }) => `${one} 和 ${other} 都是配置，请只拖入一个。`,
  "two-spaces-pasted": "两份都是搜索空间，请只给一份。",
  "two-configurations-pasted": "两份都是配置，请只给一份。",
  "neither-space-nor-configuration":
    "这既不是搜索空间（每个参数都有 _type 和 _value），也不是含有 NNI 字段的配置。",
  "unknown-file": ({ file }) => `${file} 既不是搜索空间、配置，也不是实验文件或数据压缩包。`,
  "unknown-text": "这段文字 既不是搜索空间、配置，也不是实验文件或数据压缩包。",
  "file-too-large": ({ bytes }) => `文件有 ${bytes} 字节，实验文件没有这么大。`,
  "file-names-weights": "文件提到了保存的权重，而文件里不会有权重。",
  "file-too-deep": ({ levels }) => `文件的嵌套超过了 ${levels} 层。`,
  "file-too-many-values": ({ values }) => `文件超过了 ${values} 个值。`,
  "file-no-json": "这个文件不是有效的 JSON。",
  "link-characters": "链接里有不该出现的字符。",
  "link-unpacks-to": ({ bytes }) => `链接解压后超过 ${bytes} 字节，没有再读下去。`,
  "link-not-unpacked": "链接已损坏：无法解压。",
  "link-to-make": ({ characters }) => `这个实验的链接会有 ${characters} 个字符，请存成文件。`,
  "link-too-long": ({ characters }) => `链接有 ${characters} 个字符。`,
  "link-of-another-version": "链接由另一个版本生成，或者不完整。",
  "link-incomplete": "链接不完整。",
  "link-checksum": "链接已损坏：校验和不对。",
  "link-unreadable": "链接已损坏：读不出内容。",
  "link-too-deep": ({ levels }) => `链接里的嵌套超过了 ${levels} 层。`,
  "link-too-many-values": ({ values }) => `链接里超过了 ${values} 个值。`,
  "link-too-many-epochs": ({ epochs }) => `链接里超过了 ${epochs} 个轮次。`,
  "no-link": "没有可以复制的链接。",
  "link-without-journal": "链接里没有日志，只有文件可以保留。",
  "expected-object": '应为对象，例如 {"lr": 0.1}。',
};

/** 解析器指出的位置。 */
const near = (line: number | null, column: number | null): string =>
  line === null ? "" : `，问题在第 ${line} 行第 ${column} 列附近`;
