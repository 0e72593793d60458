import type { Finding } from "../../../core/analysis/index.ts";

/** Findings for reading: parameters without effect share one line, the others stay as they are. */
export function gathered(findings: readonly Finding[]): Finding[] {
  const idle = findings.filter(({ code }) => code === "parameter-without-effect");
  const [first] = idle;
  if (!first) return [...findings];
  const path = idle.map(({ details }) => details["path"]).join(", ");
  const share = Math.max(...idle.map(({ details }) => Number(details["share"])));
  const one: Finding = { ...first, details: { path, share } };
  return findings.flatMap((finding) =>
    finding === first ? [one] : idle.includes(finding) ? [] : [finding],
  );
}
