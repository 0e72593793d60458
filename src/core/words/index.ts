export { speak, sayAll, type Catalogue, type CatalogueOf, type Say } from "./catalogue.ts";
export { decodeWord } from "./decode.ts";
export { inEnglish } from "./english.ts";
export { asWritten, word, type Vocabulary, type Word, type WordCode } from "./word.ts";
