import { z } from "zod";

const stateSchema = z.object({ inputs: z.record(z.string(), z.unknown()).optional() });

const stepSchema = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: stateSchema.optional(),
  newState: stateSchema.optional(),
});

/** What `pulumi preview --json` prints, as far as it is read here. */
export const previewSchema = z.object({
  steps: z.array(stepSchema).optional(),
  diagnostics: z.array(z.object({ message: z.string(), severity: z.string() })).optional(),
});

/** What an update would do to one resource. */
export interface PlannedChange {
  readonly kind: "create" | "update" | "replace" | "delete";
  readonly urn: string;
  readonly name: string;
  /** Inputs; secret ones are the engine's "[secret]". */
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

const KINDS: Readonly<Record<string, PlannedChange["kind"]>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
};

/** The changes of a preview, one a resource: pure. A replacement is several steps of the engine. */
export function planOf(preview: z.infer<typeof previewSchema>): readonly PlannedChange[] {
  const changes = new Map<string, PlannedChange>();
  for (const { op, urn, oldState, newState } of preview.steps ?? []) {
    const kind = KINDS[op];
    if (kind === undefined || urn.includes("pulumi:pulumi:Stack::")) continue;
    const known = changes.get(urn);
    changes.set(urn, {
      kind: known?.kind === "replace" ? "replace" : kind,
      urn,
      name: urn.slice(urn.lastIndexOf("::") + 2),
      before: oldState?.inputs ?? known?.before ?? {},
      after: newState?.inputs ?? known?.after ?? {},
    });
  }
  // The engine finds them in whatever order; a person looks for db-1 before db-2.
  return [...changes.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}
