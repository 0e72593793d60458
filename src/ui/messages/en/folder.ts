import { english } from "../../../core/words/en/index.ts";
import type { LanguageFolder } from "../language.ts";
import { en } from "./index.ts";

export default { page: en, words: english, algorithms: {}, classes: {} } satisfies LanguageFolder;
