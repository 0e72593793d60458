import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { decodeFile, encodeFile } from "../../../src/experiment/sharing/file.ts";
import { journalOf, stateOf } from "./examples.ts";

test("a file carries the journal exactly", async () => {
  const events = journalOf(6, 5);
  const read = await decodeFile(encodeFile(events));
  expect(read.events).toEqual(events);
  expect(read.state).toEqual(stateOf(6, 5));
});

test("500 seeded mutations of a file are refused with an AppError or read as a sound experiment", async () => {
  const text = await encodeFile(journalOf(2, 3)).text();
  for (let seed = 0; seed < 500; seed++) {
    const rng = createRng("file-mutation", seed);
    const at = rng.int(text.length);
    const piece = ["null", "{", "}", '"', "1e999", "-", "[", "]", ",", "__proto__"][rng.int(10)]!;
    const mutated = new Blob([text.slice(0, at), piece, text.slice(at + rng.int(12))]);
    try {
      const { state } = await decodeFile(mutated);
      expect(state.trials.length).toBeLessThanOrEqual(2);
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(AppError);
    }
  }
});

test("what is no experiment file is refused by name", async () => {
  for (const text of ["", "null", "[]", "{}", '{"format":"other"}', "\u0000"])
    await expect(decodeFile(new Blob([text]))).rejects.toMatchObject({ code: "file-invalid" });
});
