import { expect, test } from "vitest";
import { datasetSources } from "../../src/data/sources/catalogue.ts";
import { publicHosts, publicOrigins } from "../../src/data/sources/hosts.ts";
import { securityHeaders } from "../../scripts/vite/security-headers.ts";

test("every file of a public host is a plain https address of an origin that the policy allows", () => {
  const policy = securityHeaders["Content-Security-Policy"]!;
  const connect = /connect-src ([^;]*)/.exec(policy)![1]!.split(" ");
  for (const { files } of publicHosts)
    for (const file of files) {
      expect(new URL(file).protocol).toBe("https:");
      expect(connect).toContain(new URL(file).origin);
    }
  expect(connect).toEqual(["'self'", ...publicOrigins]);
});

test("only sources of the kind public-host contact another origin", () => {
  for (const source of [...datasetSources("cifar10"), ...datasetSources("shapes10")])
    expect(source.origin !== null).toBe(source.kind === "public-host");
  const ids = datasetSources("cifar10").map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
