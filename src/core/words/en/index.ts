import { speak, type Catalogue, type Say } from "../catalogue.ts";
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

/** The program's words in English: what `AppError.message` says everywhere, and what links and the command line show. */
export const english: Catalogue = {
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
};

export const inEnglish: Say = speak(english);
