import { expect, test } from "vitest";
import { tagsOf } from "../../src/ui/features/experiment/trials/tags.ts";

test("tags are what stands between commas, once each", () => {
  expect(tagsOf(" small lr, 再试，b, ,small lr、c ")).toEqual(["small lr", "再试", "b", "c"]);
  expect(tagsOf("")).toEqual([]);
});

test("tags are cut to what a journal takes", () => {
  expect(tagsOf("x".repeat(50))).toEqual(["x".repeat(40)]);
  expect(tagsOf(Array.from({ length: 30 }, (_, i) => i).join())).toHaveLength(20);
});
