import { beforeAll, describe, expect, test } from "vitest";
import { AWS_STACKS, answerLooks, planned, sectionsOfStack } from "./support/aws-stacks.ts";
import { type Run, runProgram } from "./support/program.ts";

answerLooks();

describe.each(AWS_STACKS)("the stack %s", (stack) => {
  const { aws, window } = planned(stack);
  let run: Run;
  const of = (type: string) => run.resources.filter((each) => each.type === type);

  beforeAll(async () => {
    run = await runProgram(sectionsOfStack(stack), "update", stack);
  });

  test("keeps the backups and their keys whatever becomes of the cluster", () => {
    const buckets = of("aws:s3/bucket:Bucket").filter(({ name }) => !name.endsWith("-log"));
    expect(buckets.map(({ name }) => name)).toEqual(
      stack === "production" ? ["backups", "backups-replica"] : ["backups"],
    );
    for (const bucket of buckets) {
      expect(bucket.inputs).toMatchObject({ objectLockEnabled: true, forceDestroy: false });
      expect(bucket.inputs["region"]).toBe(bucket.name === "backups" ? aws.region : aws.backups.replica);
      for (const each of run.resources.filter(
        ({ name, type }) => name === bucket.name && type.startsWith("aws:s3/") && !/Replication/.test(type),
      )) {
        expect([each.type, each.protect, each.retainOnDelete]).toEqual([each.type, true, true]);
      }
    }
    for (const { name, protect, retainOnDelete, inputs } of of("aws:kms/key:Key")) {
      expect([name, protect, retainOnDelete, inputs["enableKeyRotation"]]).toEqual([name, true, true, true]);
    }
  });

  test("lets go of backups that are marked, and none that is within the recovery window", () => {
    const lifecycles = of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").filter(
      ({ name }) => !name.endsWith("-log"),
    );
    expect(lifecycles).toHaveLength(stack === "production" ? 2 : 1);
    for (const { inputs } of lifecycles) {
      expect(inputs["rules"]).toEqual([
        expect.objectContaining({ expiration: { expiredObjectDeleteMarker: true } }),
        {
          id: "end-of-what-is-expired",
          status: "Enabled",
          filter: { tag: { key: "holdfast", value: "expired" } },
          expiration: { days: window },
        },
      ]);
    }
  });

  test("copies backups elsewhere where it is told to, within a promised time", () => {
    const [copy] = of("aws:s3/bucketReplicationConfig:BucketReplicationConfig");
    if (stack !== "production") return expect(copy).toBeUndefined();
    expect(copy?.inputs["rules"]).toEqual([
      expect.objectContaining({
        deleteMarkerReplication: { status: "Disabled" },
        destination: expect.objectContaining({
          replicationTime: { status: "Enabled", time: { minutes: 15 } },
        }),
      }),
    ]);
  });
});
