import { expect, test } from "vitest";
import { standing } from "../../../src/core/assessors/standing.ts";
import { winningChance, type Evidence } from "../../../src/core/assessors/winning-chance.ts";

test("places count the better curves with as many reports, equal ones half, now and at half the time", () => {
  const others = [
    [0.1, 0.2, 0.9, 0.9],
    [0.5, 0.5, 0.5, 0.5],
    [0.4, 0.6, 0.6],
    [0.9, 0.9],
  ];
  const { rivals, better, betterBefore, liveliness } = standing(
    [0.3, 0.5, 0.4, 0.5],
    others,
    1,
    1e-9,
  );
  expect({ rivals, better, betterBefore }).toEqual({ rivals: 3, better: 2.5, betterBefore: 1.5 });
  // own range 0.2; the others' 0.8, 0 and 0.2
  expect(liveliness).toBeCloseTo(0, 6);
});

test("a level is the median of its window", () => {
  const dip = [0.5, 0.6, 0.7, 0.1];
  expect(standing(dip, [[0.5, 0.5, 0.5, 0.5]], 3, 1e-9).better).toBe(0);
  expect(standing(dip, [[0.5, 0.5, 0.5, 0.5]], 1, 1e-9).better).toBe(1);
});

const middling: Evidence = {
  done: 0.3,
  rivals: 9,
  better: 4,
  betterBefore: 4,
  shortfall: 1,
  liveliness: 0,
};
const chance = (more: Partial<Evidence>): number => winningChance({ ...middling, ...more });

test("the chance of becoming best falls with the place, the shortfall and the number of rivals", () => {
  for (let better = 1; better <= 6; better++)
    expect(chance({ better })).toBeLessThan(chance({ better: better - 1 }));
  for (const shortfall of [-2, -1, 0, 1, 2, 4, 8])
    expect(chance({ shortfall: shortfall + 1 })).toBeLessThanOrEqual(chance({ shortfall }));
  expect(chance({ rivals: 19, better: 8.5, betterBefore: 8.5 })).toBeLessThan(chance({}));
});

test("the same evidence decides more, the later it comes", () => {
  const behind = { better: 7, betterBefore: 7, shortfall: 3 };
  const ahead = { better: 0, betterBefore: 0, shortfall: -2 };
  expect(chance({ ...behind, done: 0.9 })).toBeLessThan(chance({ ...behind, done: 0.2 }));
  expect(chance({ ...ahead, done: 0.9 })).toBeGreaterThan(chance({ ...ahead, done: 0.2 }));
});

test("chances are probabilities, whatever the evidence", () => {
  for (const shortfall of [-Infinity, 0, Infinity])
    for (const liveliness of [-50, 0, 50]) {
      const p = chance({ shortfall, liveliness });
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThan(1);
    }
});
