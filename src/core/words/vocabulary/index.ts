import type { Area } from "../kinds.ts";
import { algorithms } from "./algorithms.ts";
import { cifar } from "./cifar.ts";
import { data } from "./data.ts";
import { engine } from "./engine.ts";
import { expected } from "./expected.ts";
import { files } from "./files.ts";
import { formats } from "./formats.ts";
import { journal } from "./journal.ts";
import { networks } from "./networks.ts";
import { problems } from "./problems.ts";
import { remedies } from "./remedies.ts";
import { running } from "./running.ts";
import { storage } from "./storage.ts";
import { training } from "./training.ts";

/** The shape of every code's values. A code stands in one area only. */
export const areas = {
  algorithms,
  cifar,
  data,
  engine,
  expected,
  files,
  formats,
  journal,
  networks,
  problems,
  remedies,
  running,
  storage,
  training,
} as const satisfies Readonly<Record<string, Area>>;

/** All areas together. */
export const vocabulary = {
  ...algorithms,
  ...cifar,
  ...data,
  ...engine,
  ...expected,
  ...files,
  ...formats,
  ...journal,
  ...networks,
  ...problems,
  ...remedies,
  ...running,
  ...storage,
  ...training,
} as const;
