/** 位置，以及那里给出了什么。 */
export function at(path: string, value = ""): string {
  const place = path === "(top level)" ? "最外层" : `位置 ${path}`;
  if (path === "") return "";
  if (value === "nothing") return `${place}，没有给出。`;
  return value ? `${place}，给出的是 ${value}。` : `${place}。`;
}

/** 一串名称。 */
export const list = (names: readonly string[]): string => names.join("、");

/** 把期望说成要求；有些期望本身就是整句。 */
export const should = (wanted: string): string =>
  wanted.includes("应") ? wanted : `应为${/^\w/.test(wanted) ? " " : ""}${wanted}`;
