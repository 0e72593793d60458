import type { AboutLanguage } from "../about.ts";

export default {
  name: "中文",
  tag: "zh-Hans",
  locale: "zh-CN",
  units: { d: "天", h: "小时", min: "分", minutes: "分钟", s: "秒" },
} satisfies AboutLanguage;
