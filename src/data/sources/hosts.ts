import { defaultTrainingSettings } from "../../core/config/types.ts";
import type { DatasetDefinition } from "../definition.ts";
import { allDatasets } from "../sets/registry.ts";
import type { ExtraHost, PublicHost } from "./host.ts";

/** What the environment variable TABTUNE_EXTRA_DATA_HOSTS (a JSON list) said at build time: hosts of a deployment's own,
 *  and of tests. A build without it knows the data sets' hosts and no others. */
declare const __EXTRA_DATA_HOSTS__: readonly ExtraHost[] | undefined;

function extraHosts(): readonly ExtraHost[] {
  if (typeof __EXTRA_DATA_HOSTS__ !== "undefined") return __EXTRA_DATA_HOSTS__;
  // The build's own configuration runs in Node.
  if (typeof process === "undefined") return [];
  return JSON.parse(process.env.TABTUNE_EXTRA_DATA_HOSTS ?? "[]") as readonly ExtraHost[];
}

const extra = extraHosts();

/** Where a data set can be downloaded. */
export function hostsOf({ name, hosts }: DatasetDefinition): readonly PublicHost[] {
  const own = extra.filter(({ dataset = defaultTrainingSettings.dataset }) => dataset === name);
  return hosts ? [...hosts.list, ...own] : own.filter(({ format }) => format === "shards");
}

/** Of every data set; the content security policy lets through these and no others. */
export const publicHosts: readonly PublicHost[] = allDatasets().flatMap(hostsOf);

/** Those that requests go to, redirects included. */
export const originsOf = (hosts: readonly PublicHost[]): readonly string[] => [
  ...new Set(
    hosts.flatMap((host) => [
      ...host.files.map((file) => new URL(file).origin),
      ...host.redirectOrigins,
    ]),
  ),
];

/** For the content security policy. */
export const publicOrigins: readonly string[] = originsOf(publicHosts);
