import { at, listAt, type Rule, type Subject, type Violation } from "./rule.ts";

/** Why a statement may name all actions of a service, or all resources: by its Sid. */
const REASONS: Readonly<Record<string, string>> = {
  "Enable IAM User Permissions":
    "what AWS itself writes into the policy of a key that came without one: as AccountDecides",
  AccountDecides:
    "the policy of a key: it lets the account's own policies say who may use the key, as AWS has it by default",
  Look: "Amazon's operations that only list know no narrower resource",
  SeeAll: "Amazon's operations that only list know no narrower resource",
  Build: "what is to be made has no name yet; the condition names the regions",
  End: "ids are Amazon's; the condition names the tag that this stack's resources have, and no other's",
  Names: "a zone has no id before it is made, nor has the change of one",
  Keys: "a key has no id before it is made; the condition names the regions",
  LogsOfThisNetwork: "in the policy of a key, * is that key; the condition names the one group of logs",
};

/** Where documents are, by the type of their resource. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/role:Role": "assumeRolePolicy",
  "aws:iam/policy:Policy": "policy",
  "aws:kms/key:Key": "policy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
};

interface Found {
  readonly subject: Subject;
  readonly statement: unknown;
}

function statements(subjects: readonly Subject[]): readonly Found[] {
  return subjects.flatMap((subject) => {
    const document = subject.inputs[DOCUMENTS[subject.type] ?? ""];
    // In a preview it may name what is not there yet.
    if (typeof document !== "string") return [];
    return listAt(JSON.parse(document), "Statement").map((statement) => ({ subject, statement }));
  });
}

const texts = (statement: unknown, key: string): readonly string[] => {
  const value = at(statement, key);
  return typeof value === "string" ? [value] : listAt(statement, key).map(String);
};

const rule = (
  name: string,
  description: string,
  check: (statement: unknown) => string | undefined,
): Rule => ({
  name,
  description,
  violations: (subjects) =>
    statements(subjects).flatMap(({ subject, statement }): Violation[] => {
      const message = check(statement);
      const sid = texts(statement, "Sid")[0] ?? "without a Sid";
      return message === undefined ? [] : [{ subject, message: `the statement ${sid}: ${message}` }];
    }),
});

const allows = (statement: unknown): boolean => at(statement, "Effect") === "Allow";

export const rights: readonly Rule[] = [
  rule("statements-named", "Each statement says by its Sid what it is for.", (statement) =>
    texts(statement, "Sid").length === 1 ? undefined : "it is to have one",
  ),
  rule(
    "least-privilege",
    "Rights name their actions and their resources, unless a reason is written down.",
    (statement) => {
      if (!allows(statement) || REASONS[texts(statement, "Sid")[0] ?? ""] !== undefined) return undefined;
      const wide = [
        ...texts(statement, "Action").filter((action) => action === "*" || action.endsWith(":*")),
        ...texts(statement, "Resource").filter((resource) => resource === "*"),
      ];
      return wide.length === 0
        ? undefined
        : `it allows ${wide.join(", ")}: name what is needed, or write the reason beside the others (infra/aws/policies/rights.ts)`;
    },
  ),
  rule("rights-say-what-is-allowed", "No right is everything but something.", (statement) =>
    allows(statement) && (at(statement, "NotAction") ?? at(statement, "NotResource")) !== undefined
      ? "it allows all but what it names: name what is allowed"
      : undefined,
  ),
  rule("nobody-is-everybody", "No right is given to everybody in the world.", (statement) =>
    allows(statement) &&
    [at(statement, "Principal"), at(statement, "Principal", "AWS")].some((who) => who === "*")
      ? "it allows everybody: name who it is for"
      : undefined,
  ),
];
