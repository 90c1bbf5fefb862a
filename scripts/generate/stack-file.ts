import { z } from "zod";
import { configSchema } from "../../infra/config/schema.ts";

export type JsonSchema = z.core.JSONSchema.JSONSchema;

const NAMESPACE = "holdfast:";

/**
 * A whole Pulumi.STACK.yaml, for editors: what may stand there, what it means and what it is when it is not there.
 * It knows the shape alone; what one setting demands of another one, the program says itself.
 */
export function stackFileSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of Holdfast",
    type: "object",
    properties: {
      config: {
        type: "object",
        description: "Configuration of the stack.",
        properties: Object.fromEntries(
          Object.entries(sections()).map(([name, schema]) => [NAMESPACE + name, schema]),
        ),
        // Other namespaces belong to other packages, which check their own keys.
        patternProperties: { [`^(?!${NAMESPACE})[^:]+:.+$`]: {} },
        required: [`${NAMESPACE}platform`],
        additionalProperties: false,
      },
      encryptionsalt: {
        type: "string",
        description:
          "Salt of the passphrase that secrets are encrypted with. Without it they cannot be read.",
      },
      encryptedkey: {
        type: "string",
        description: "Data key that secrets are encrypted with, itself encrypted by the secrets provider.",
      },
      secretsprovider: {
        type: "string",
        description: "What encrypts the secrets: a passphrase, or a key of a key management service.",
      },
      environment: {
        type: ["array", "object"],
        description: "Environments of Pulumi ESC whose values the stack imports.",
      },
    },
    required: ["config"],
    additionalProperties: false,
  };
}

/** Each section as it is written: before defaults and before sizes become numbers. */
export function sections(): Record<string, JsonSchema> {
  const { properties = {} } = z.toJSONSchema(configSchema, { io: "input" });
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      if (typeof schema === "boolean") {
        throw new Error(`the section "${name}" has no schema`);
      }
      // Both names in it follow from the stack's, which a schema cannot know.
      const { required: _fromStackName, ...cluster } = schema;
      return [name, name === "cluster" ? cluster : schema];
    }),
  );
}
