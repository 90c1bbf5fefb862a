import type { Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { onAws } from "./aws.ts";
import { problem } from "./problem.ts";

/** Barman takes these words of its commands and files for something else than a server. */
const BARMANS_OWN = ["all", "barman"];

export function namesOfBarman({ cluster }: Config): Problem[] {
  return BARMANS_OWN.includes(cluster.name)
    ? [
        problem(
          "cluster.name",
          cluster.name,
          `a name that Barman does not use itself, so none of: ${BARMANS_OWN.join(", ")}`,
          "choose another name",
        ),
      ]
    : [];
}

/** What is still within the recovery window could be deleted otherwise. */
export const lockedLongEnough = onAws(({ backups: { recoveryWindowDays }, aws: { backups } }) =>
  backups.lockDays < recoveryWindowDays
    ? [
        problem(
          "aws.backups.lockDays",
          backups.lockDays,
          `backups.recoveryWindowDays, which is ${recoveryWindowDays}, or more: what can be recovered must not be deleted`,
          "raise it, or lower backups.recoveryWindowDays",
        ),
      ]
    : [],
);

/** The restore test would fail by itself, and say nothing of the backup. */
export function queriesOfTest({ backups, databases }: Config): Problem[] {
  const names = databases.map(({ name }) => name);
  return backups.restoreTest.queries.flatMap(({ database }, index) =>
    names.includes(database)
      ? []
      : [
          problem(
            `backups.restoreTest.queries[${index}].database`,
            database,
            `a database of this stack: ${names.join(", ")}`,
            "name another one, or add it to databases",
          ),
        ],
  );
}
