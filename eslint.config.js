import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * Only the rules that need types: all else is Biome's. A promise that nobody waits for hides its failure, a switch
 * that forgets a case does nothing in silence, and a Pulumi Output in a text prints "Calling [toString] on an
 * [Output<T>] is not supported".
 */
export default defineConfig(
  { ignores: ["node_modules/", ".holdfast/", "test/golden/", "**/*.js", "**/*.cjs", "**/*.mjs"] },
  {
    files: ["**/*.ts"],
    plugins: { "@typescript-eslint": tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNullish: true, allowAny: false, allowNever: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
);
