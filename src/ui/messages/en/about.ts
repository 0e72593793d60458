import type { AboutLanguage } from "../about.ts";

export default {
  name: "EN",
  tag: "en",
  locale: "en-GB",
  units: { d: "days", h: "h", min: "min", minutes: "min", s: "s" },
} satisfies AboutLanguage;
