import * as pulumi from "@pulumi/pulumi";
import { type Config, configSchema } from "./schema.ts";
export function loadConfig(): Config {
  const config = new pulumi.Config("holdfast");
  const stack = pulumi.getStack();
  const keys = Object.keys(configSchema.shape);
  const raw: Record<string, unknown> = {};
  for (const key of keys) {
    const value = key === "platform" ? config.get(key) : config.getObject<unknown>(key);
    if (value !== undefined) raw[key] = value;
  }
  raw["cluster"] ??= { name: stack, domain: `${stack}.holdfast.internal` };
  return configSchema.parse(raw);
}
