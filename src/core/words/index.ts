export { speak, sayAll, type Catalogue, type CatalogueOf, type Say } from "./catalogue.ts";
export { inEnglish } from "./en/index.ts";
export { asWritten, word, type Vocabulary, type Word, type WordCode } from "./word.ts";
