import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

export default ts.config(
  {
    ignores: [
      "dist/",
      "data/",
      "out/",
      "node_modules/",
      ".cache/",
      ".svelte-check/",
      "test/fixtures/",
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
      ],
      "@typescript-eslint/ban-ts-comment": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "node:util",
              importNames: ["parseArgs"],
              message: "readArguments of scripts/command-line.ts knows --help too.",
            },
          ],
        },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Randomness is named: use createRng." },
      ],
      // Sets and maps are replaced, never mutated: $state.raw sees that, and it is cheaper.
      "svelte/prefer-svelte-reactivity": "off",
      "no-restricted-syntax": [
        "error",
        { selector: "SvelteMustacheTag[kind='raw']", message: "No {@html}." },
      ],
    },
  },
  {
    files: ["src/**", "workers/**", "scripts/**"],
    rules: { "max-params": ["error", 4] },
  },
  {
    // The inner loops of factorisations and of curve fits: an object a call would cost time.
    // Three functions of the package tabtune-core, which others call as they are.
    files: [
      "src/core/math/linear-algebra.ts",
      "src/core/assessors/nni-curves.ts",
      "src/core/analysis/importance.ts",
      "src/core/analysis/landscape.ts",
    ],
    rules: { "max-params": "off" },
  },
  // The one that the others call, and an example for those who have neither.
  {
    files: ["scripts/command-line.ts", "examples/**"],
    rules: { "no-restricted-imports": "off" },
  },
);
