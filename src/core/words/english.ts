import { speak, type Catalogue, type Say } from "./catalogue.ts";

let say: Say = (word) => JSON.stringify(word);

/** Says a word in English, for `AppError.message`, the command line and links. Whoever runs this code brings the catalogue by
 *  importing `en/register.ts`; the page does so after its first screen, which can do without, and until then a word is its JSON. */
export const inEnglish: Say = (word) => say(word);

/** From here on `inEnglish` says this. */
export function speakEnglish(catalogue: Catalogue): void {
  say = speak(catalogue);
}
