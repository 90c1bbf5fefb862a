/** A resource as a rule sees it: what the program asked for, before AWS made it. */
export interface Subject {
  /** Identifies it in a report. */
  readonly urn: string;
  /** Like "aws:s3/bucket:Bucket". */
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

export interface Violation {
  readonly subject: Subject;
  /** What is wrong, and what would be right. */
  readonly message: string;
}

/** One rule of how things are on AWS: a pure function over all resources of a stack. */
export interface Rule {
  readonly name: string;
  /** What holds, as a sentence. */
  readonly description: string;
  readonly violations: (subjects: readonly Subject[]) => readonly Violation[];
}

/** A rule over each resource of some types by itself: undefined is nothing wrong. */
export const each = (
  name: string,
  description: string,
  types: readonly string[],
  check: (inputs: Subject["inputs"], subject: Subject) => string | undefined,
): Rule => ({
  name,
  description,
  violations: (subjects) =>
    subjects
      .filter(({ type }) => types.includes(type))
      .flatMap((subject) => {
        const message = check(subject.inputs, subject);
        return message === undefined ? [] : [{ subject, message }];
      }),
});

/** What stands at a path of the inputs. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

/** Whether something is said there at all; in a preview it may be what nobody knows yet. */
export const said = (value: unknown, ...path: readonly string[]): boolean => {
  const group = at(value, ...path.slice(0, -1));
  return typeof group === "object" && group !== null && (path.at(-1) ?? "") in group;
};

export const listAt = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};
