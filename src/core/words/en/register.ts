import { speakEnglish } from "../english.ts";
import { english } from "./index.ts";

speakEnglish(english);
