import type { Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { duplicates, problem } from "./problem.ts";

/** A query of a database that there is not, or two of one name, would fail at the end of an update. */
export function businessQueries({ monitoring, databases }: Config): Problem[] {
  const names = databases.map(({ name }) => name);
  const path = (index: number, field: string) => `monitoring.business[${index}].${field}`;
  return [
    ...monitoring.business.flatMap(({ database }, index) =>
      names.includes(database)
        ? []
        : [
            problem(
              path(index, "database"),
              database,
              `a database of this stack: ${names.join(", ")}`,
              "name another one, or add it to databases",
            ),
          ],
    ),
    ...duplicates(monitoring.business.map(({ name }) => name)).map(([index, name]) =>
      problem(path(index, "name"), name, "a name of its own", "rename or remove one of the two"),
    ),
  ];
}
