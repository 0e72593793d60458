import { aboutLanguage, type Language } from "./messages/about.ts";

/** Numbers as the page prints them: narrow no-break space before a unit, no guessing of precision. */
const gap = "\u202f";

/** A fraction in per cent with one decimal; an en dash where there is no number. */
export function percent(fraction: number | null | undefined, digits = 1): string {
  if (fraction === null || fraction === undefined || !Number.isFinite(fraction)) return "–";
  return `${(fraction * 100).toFixed(digits)}${gap}%`;
}

/** Per cent for axis marks: decimals only where neighbouring marks need them. */
export function percentTick(fraction: number): string {
  const value = fraction * 100;
  return `${Number(value.toFixed(2))}${gap}%`;
}

/** Thousands separated by commas in both languages. */
export function integer(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString("en-US") : "–";
}

/** Decimal megabytes, as download sizes are usually given. */
export function bytes(value: number): string {
  if (value < 1) return `0${gap}MB`;
  if (value < 1e5) return `${(value / 1e3).toFixed(value < 1e4 ? 1 : 0)}${gap}kB`;
  if (value < 1e9) return `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)}${gap}MB`;
  return `${(value / 1e9).toFixed(1)}${gap}GB`;
}

/** Of operations per second: processors without a GPU do less than a tenth of a billion. */
export function flops(giga: number): string {
  if (giga >= 1000) return `${(giga / 1000).toFixed(1)}${gap}TFLOP/s`;
  if (giga >= 10) return `${Math.round(giga)}${gap}GFLOP/s`;
  if (giga >= 0.1) return `${giga.toFixed(1)}${gap}GFLOP/s`;
  return `${Math.round(giga * 1000)}${gap}MFLOP/s`;
}

/** `3 min 12 s`, `2 h 05 min`; below a minute whole seconds. */
export function duration(ms: number, language: Language): string {
  const unit = aboutLanguage(language).units;
  const total = Math.max(0, Math.round(ms / 1000));
  const [h, min, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (h > 0) return `${h}${gap}${unit.h} ${String(min).padStart(2, "0")}${gap}${unit.min}`;
  if (min > 0) return `${min}${gap}${unit.min} ${String(s).padStart(2, "0")}${gap}${unit.s}`;
  return `${s}${gap}${unit.s}`;
}

/** An estimate, rounded so that it looks like one: `40 s`, `12 min`, `2 h 10 min`, `50 days`. */
export function roughDuration(ms: number, language: Language): string {
  const unit = aboutLanguage(language).units;
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 55) return `${Math.max(5, Math.round(seconds / 5) * 5)}${gap}${unit.s}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}${gap}${unit.minutes}`;
  if (minutes >= 60 * 72) return `${integer(minutes / 60 / 24)}${gap}${unit.d}`;
  if (minutes >= 600) return `${integer(minutes / 60)}${gap}${unit.h}`;
  const rounded = Math.round(minutes / 10) * 10;
  const rest = rounded % 60;
  const hours = `${Math.floor(rounded / 60)}${gap}${unit.h}`;
  return rest === 0 ? hours : `${hours} ${rest}${gap}${unit.min}`;
}

/** A parameter value for people: short numbers, plain strings, JSON for the rest. */
export function parameterValue(value: unknown): string {
  if (typeof value === "number") return shortNumber(value);
  if (typeof value === "string") return value;
  if (value === undefined) return "–";
  if (typeof value === "object" && value !== null && "_name" in value) return String(value._name);
  return JSON.stringify(value);
}

/** Up to four significant digits; exponents where zeros would pile up. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3)
    return value
      .toExponential(3)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}

/** `14:05:09` in the reader's time zone. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB");
}

/** `29 November 2026` */
export function day(at: number, language: Language): string {
  return new Date(at).toLocaleDateString(aboutLanguage(language).locale, { dateStyle: "long" });
}

/** `today`, `yesterday`, `3 days ago`, or a time of today. */
export function ago(at: number, now: number, language: Language): string {
  const relative = new Intl.RelativeTimeFormat(aboutLanguage(language).locale, { numeric: "auto" });
  const minutes = (now - at) / 60_000;
  if (minutes < 1) return relative.format(0, "minute");
  if (minutes < 60) return relative.format(-Math.floor(minutes), "minute");
  if (minutes < 60 * 24) return relative.format(-Math.floor(minutes / 60), "hour");
  return relative.format(-Math.floor(minutes / (60 * 24)), "day");
}

/** A ratio for people: two digits, and "over 1,000" is enough of it. */
export function ratioText(ratio: number): string {
  if (!(ratio < 1000)) return "> 1,000";
  return shortNumber(Number(ratio.toPrecision(2)));
}
