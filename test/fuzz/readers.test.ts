import { expect, test } from "vitest";
import { parseYamlText } from "../../src/experiment/draft/config-text.ts";
import { decodeLink } from "../../src/experiment/formats/link.ts";
import { drop, mutateFile, validFiles } from "./files.ts";
import { handMadeLinks } from "./hand-made-links.ts";
import { mutateLink, validLinks } from "./links.ts";
import { Tally } from "./tally.ts";

// Here the answers themselves count; their bounds in time and memory are goals S1 to S3 and S7 of the fault suite.
const unbounded = { durationMs: Infinity, bytes: Infinity };

test("more than 200 hand-made links and 400 mutated ones (seeds 0 to 399) are refused by name or harmless", async () => {
  const tally = new Tally(unbounded);
  const valid = await validLinks();
  const handMade = await handMadeLinks(valid[2]!);
  expect(handMade.length).toBeGreaterThan(200);
  for (const { label, fragment } of handMade) await tally.add(label, () => decodeLink(fragment));
  for (let seed = 0; seed < 400; seed++) {
    const fragment = await mutateLink(valid, seed);
    await tally.add(`seed ${seed}`, () => decodeLink(fragment));
  }
  expect(tally.failures).toEqual([]);
});

test("150 mutated files (seeds 0 to 149) are refused by name or read as something sound", async () => {
  const tally = new Tally(unbounded);
  const valid = await validFiles();
  for (let seed = 0; seed < 150; seed++)
    await tally.add(`seed ${seed}`, () => drop(mutateFile(valid, seed)));
  expect(tally.failures).toEqual([]);
  for (const text of valid) await drop(new TextEncoder().encode(text));
});

test("a key given twice in YAML is refused by name, at any depth", async () => {
  for (const text of ["a: 1\na: 2", "b: { a: 1, a: 2 }", '{"a": [{"x": 1, "x": 1}]}'])
    await expect(parseYamlText(text)).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringMatching(/twice/) as unknown,
    });
});
