import type { LanguageFolder } from "../language.ts";
import { zhAlgorithms } from "./algorithms.ts";
import { zhClasses } from "./classes.ts";
import { zh } from "./index.ts";
import { zhWords } from "./words/index.ts";

export default {
  page: zh,
  words: zhWords,
  algorithms: zhAlgorithms,
  classes: zhClasses,
} satisfies LanguageFolder;
