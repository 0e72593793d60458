// What errors say in tests, as everywhere but in the first moment of the page.
import "../src/core/words/en/register.ts";
