import { configLimits } from "../../core/config/check.ts";

/** Left for a number behind a long name. */
const numberLength = 8;

/** A name for the list: with a number where it is taken already, "Quick look 2"; the time of its making where there is none.
 *  @param at milliseconds since 1970 */
export function freeName(
  wanted: string,
  at: number,
  taken: readonly { readonly name: string }[],
): string {
  const name = wanted.trim() || new Date(at).toISOString().slice(0, 16).replace("T", " ");
  const stem = name.slice(0, configLimits.nameLength - numberLength);
  let free = name;
  for (let number = 2; taken.some((one) => one.name === free); number++) free = `${stem} ${number}`;
  return free;
}
