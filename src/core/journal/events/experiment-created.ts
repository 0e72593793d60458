import { configLimits, decodeExperimentConfig } from "../../config/check.ts";
import { jsonObject, nullable, number, object, text, type Decoder } from "../../decode.ts";
import type { ExperimentDefinition } from "../records.ts";
import type { EventKind } from "./kind.ts";
import { word } from "../../words/index.ts";

const definition: Decoder<ExperimentDefinition> = object({
  id: text(200),
  config: decodeExperimentConfig,
  searchSpace: jsonObject(configLimits.searchSpaceLength),
  seed: number(),
  preset: nullable(text(200)),
});

const fields = { definition };

/** The first event of every journal, and of no other place: `reduce.ts` begins with it. */
export const experimentCreated: EventKind<"experiment-created", typeof fields> = {
  type: "experiment-created",
  fields,
  strict: true,
  inLog: true,
  apply: (_draft, _event, refuse) => refuse(word("created-once")),
};
