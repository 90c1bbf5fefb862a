import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  pulumi: z.object({
    resource: z.boolean().optional(),
    name: z.string().optional(),
    version: z.string().optional(),
  }),
});

/** The resource plugins that the packages of a program need: those installed under @pulumi that name one. */
export function requiredPlugins(programFolder: string): readonly { name: string; version: string }[] {
  const scope = scopeFolder(programFolder);
  if (scope === undefined) {
    return [];
  }
  return readdirSync(scope).flatMap((entry) => {
    const path = join(scope, entry, "package.json");
    const manifest = existsSync(path)
      ? manifestSchema.safeParse(JSON.parse(readFileSync(path, "utf8")))
      : undefined;
    if (!manifest?.success || manifest.data.pulumi.resource !== true) {
      return [];
    }
    const { name, version, pulumi } = manifest.data;
    return [
      {
        name: pulumi.name ?? name.replace("@pulumi/", ""),
        version: (pulumi.version ?? version).replace(/^v/, ""),
      },
    ];
  });
}

function scopeFolder(folder: string): string | undefined {
  const candidate = join(folder, "node_modules", "@pulumi");
  if (existsSync(candidate)) {
    return candidate;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : scopeFolder(parent);
}
