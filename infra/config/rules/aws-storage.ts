import { INSTANCE_TYPES } from "../../aws/instance-types.ts";
import { GP3, logOf, replicaOf } from "../../aws/schema.ts";
import { onAws } from "./aws.ts";
import { problem } from "./problem.ts";

/** What a volume of the kind gp3 can be, and what the way from its instance to it bears. */
export const volumes = onAws(({ hosts, aws }) =>
  (["database", "operations"] as const).flatMap((role) => {
    const { iops, throughput } = aws.volumes[role];
    const name = aws.instances[role];
    const type = INSTANCE_TYPES[name];
    const gib = Math.floor(hosts[role].disk / 1024);
    const path = (field: string) => `aws.volumes.${role}.${field}`;
    const throughputOfIops = Math.floor(iops * GP3.throughput.perIops);
    return [
      ...(gib > GP3.mostGiB
        ? [problem(`hosts.${role}.disk`, `${gib}GiB`, `${GP3.mostGiB}GiB or less, on aws`, "lower it")]
        : []),
      ...(iops > Math.max(GP3.iops.least, gib * GP3.iops.perGiB)
        ? [
            problem(
              path("iops"),
              iops,
              `at most ${GP3.iops.perGiB} for each GiB of hosts.${role}.disk: ${gib * GP3.iops.perGiB}`,
              "lower it, or take a larger volume",
            ),
          ]
        : []),
      ...(throughput > throughputOfIops
        ? [
            problem(
              path("throughput"),
              throughput,
              `at most a quarter of ${path("iops")}, which is ${iops}: ${throughputOfIops}`,
              `lower it, or raise ${path("iops")}`,
            ),
          ]
        : []),
      ...(type !== undefined && iops > GP3.iops.least && iops > type.iops
        ? [beyond(path("iops"), iops, name, `${type.iops} operations a second`, role)]
        : []),
      ...(type !== undefined && throughput > GP3.throughput.least && throughput > type.throughput
        ? [beyond(path("throughput"), throughput, name, `${type.throughput} MiB a second`, role)]
        : []),
    ];
  }),
);

const beyond = (path: string, got: number, type: string, bears: string, role: string) =>
  problem(
    path,
    got,
    `what ${type} bears all the time, not only in a burst: ${bears}`,
    `lower it, or choose a larger type: pulumi config set --path 'holdfast:aws.instances.${role}' TYPE`,
  );

const LONGEST_WITH_COPY = 63 - logOf(replicaOf("")).length;

export const backupStore = onAws(({ aws: { backups, region } }) => [
  ...(backups.expireDays < backups.lockDays
    ? [
        problem(
          "aws.backups.expireDays",
          backups.expireDays,
          `aws.backups.lockDays, which is ${backups.lockDays}, or more: nothing goes while it is locked`,
          "raise it, or lower aws.backups.lockDays",
        ),
      ]
    : []),
  ...(backups.replica !== undefined && backups.bucket.length > LONGEST_WITH_COPY
    ? [
        problem(
          "aws.backups.bucket",
          backups.bucket,
          `at most ${LONGEST_WITH_COPY} characters where there is a copy: its log is called ${logOf(replicaOf("NAME"))}, and a bucket's name has 63 at most`,
          "choose a shorter one, or leave aws.backups.replica out",
        ),
      ]
    : []),
  ...(backups.replica === region
    ? [
        problem(
          "aws.backups.replica",
          backups.replica,
          "another region than aws.region: a copy beside the original is lost with it",
          "choose another region, or remove it",
        ),
      ]
    : []),
]);
