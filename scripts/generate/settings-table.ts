import { type JsonSchema, sections } from "./stack-file.ts";

interface Option {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Every option of the configuration as a Markdown table, from the same schema that editors read. */
export function settingsTable(): string {
  return [
    "| Setting | Default | What it is | Allowed |",
    "| --- | --- | --- | --- |",
    ...options().map(({ path, schema, required }) =>
      row(
        `\`${path}\``,
        required ? "required" : defaultOf(schema),
        schema.description ?? "",
        allowed(schema),
      ),
    ),
  ].join("\n");
}

/** Every value that a stack's file may give, lists and what is in their entries, in the schema's order. */
export function options(): Option[] {
  return Object.entries(sections()).flatMap(([name, schema]) => optionsIn(name, schema, name === "platform"));
}

function optionsIn(path: string, schema: JsonSchema, required: boolean): Option[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    typeof field === "object"
      ? optionsIn(`${path}.${name}`, field, schema.required?.includes(name) ?? false)
      : [],
  );
  if (fields.length > 0) return fields;
  const entry = itemsOf(schema);
  return [
    { path, schema, required },
    ...(entry?.properties === undefined ? [] : optionsIn(`${path}[]`, entry, false)),
  ];
}

function itemsOf({ items }: JsonSchema): JsonSchema | undefined {
  return typeof items === "object" && !Array.isArray(items) ? items : undefined;
}

const row = (...cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

const defaultOf = (schema: JsonSchema) =>
  schema.default === undefined ? "none" : `\`${JSON.stringify(schema.default)}\``;

function allowed(schema: JsonSchema): string {
  const form = schema["patternErrorMessage"];
  if (schema.const !== undefined) return values([schema.const]);
  if (schema.enum !== undefined) return values(schema.enum);
  if (typeof form === "string") return form;
  switch (schema.type) {
    case "integer":
      return `a whole number from ${schema.minimum} to ${schema.maximum}`;
    case "number":
      return `a number from ${schema.minimum} to ${schema.maximum}`;
    case "boolean":
      return "true or false";
    case "array":
      return list(schema);
    case "object":
      return "a group of names with text, a number, true or false";
    default:
      return "text";
  }
}

const values = (all: readonly unknown[]) => all.map((value) => `\`${String(value)}\``).join(", ");

function list(schema: JsonSchema): string {
  const { minItems = 0, maxItems } = schema;
  const entry = itemsOf(schema);
  const length =
    maxItems === undefined ? (minItems > 0 ? `${minItems} or more ` : "") : `${minItems} to ${maxItems} `;
  const kind = entry?.properties === undefined && entry !== undefined ? `, each ${allowed(entry)}` : "";
  return `a list of ${length}entries${kind}`;
}
