import { parseArgs, type ParseArgsConfig } from "node:util";

/** A program's arguments. `--help` ends it with its usage and status 0, an option that it does not know with that option's name,
 *  its usage and status 2.
 *  @param usage the command, in as many lines as it needs; options that are not in it are added */
export function readArguments<const T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  const told = Object.entries(config.options ?? {})
    .filter(([name]) => !usage.includes(`--${name}`))
    .map(([name, { type }]) => ` [--${name}${type === "string" ? ` ${name.toUpperCase()}` : ""}]`);
  const whole = usage + told.join("");
  if ((config.args ?? process.argv.slice(2)).includes("--help")) {
    console.log(whole);
    process.exit(0);
  }
  try {
    return parseArgs<T>(config);
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) throw error;
    console.error(`${(error as Error).message}\n${whole}`);
    process.exit(2);
  }
}
