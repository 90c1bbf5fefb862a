import { expect, test } from "vitest";
import { eventually } from "../../lab/support/lab.ts";
import type { Scene } from "./scene.ts";

const USERS = "/srv/data/accounts/users.json";
const TAKEN = "/srv/data/users.revoked";

/** What the bucket allows, to whom. */
export function accessTests(scene: Scene): void {
  const { lab, site, job } = scene;
  const bucket = `holdfast-${lab.name}`;

  /** The store reads its accounts when it starts. */
  const moveAccounts = (from: string, to: string) =>
    site.inStore(`systemctl stop object-store && mv ${from} ${to} && systemctl start object-store`);

  test("credentials revoked: it is said, nothing is lost, and with them given back all of it comes by itself", async () => {
    const failures = Number((await site.metrics()).get("holdfast_bucket_upload_failures_total"));
    await moveAccounts(USERS, TAKEN);
    let file = "";
    try {
      await scene.answering("credentials revoked", 3, async () => {
        file = await site.endFile();
        await eventually("it is told that nothing comes into the bucket", 60, async () => {
          const metrics = await site.metrics();
          return (
            metrics.get("holdfast_bucket_reachable") === 0 &&
            Number(metrics.get("holdfast_bucket_upload_failures_total")) > failures
          );
        });
        const said = await site.ops(
          "journalctl --unit barman-ship --since '-1min' --output cat --no-pager | grep ERROR | tail -n 1",
        );
        expect(said).toMatch(
          /ERROR [0-9A-F]{24} is not in the bucket yet: .*(InvalidAccessKeyId|403|Forbidden)/,
        );
        const run = await job.run();
        expect([run.result, run.again], run.said).toEqual(["exit-code", true]);
        expect(run.backup?.status, run.said).toBe("DONE");
        expect(run.said).toMatch(/InvalidAccessKeyId|403|Forbidden/);
        expect(await site.waiting()).toContain(file);
      });
    } finally {
      await moveAccounts(TAKEN, USERS);
    }
    await site.emptied();
    expect(await site.bucket()).toContain(file);
    const { result, said } = await job.run();
    expect(result, said).toBe("success");
  });

  test("a bucket that hangs: it is told as one that is gone, and once it answers all of it comes by itself", async () => {
    await site.inStore("systemctl kill --signal STOP object-store");
    let file = "";
    try {
      await scene.answering("bucket hanging", 3, async () => {
        file = await site.endFile();
        await eventually("it is told that the bucket does not answer", 90, async () => {
          const metrics = await site.metrics();
          return (
            metrics.get("holdfast_bucket_reachable") === 0 &&
            Number(metrics.get("holdfast_bucket_oldest_waiting_timestamp_seconds")) > 0
          );
        });
        expect(await site.waiting()).toContain(file);
      });
    } finally {
      await site.inStore("systemctl kill --signal CONT object-store");
    }
    await site.emptied();
    expect(await site.bucket()).toContain(file);
    await eventually("it is told as one that answers", 15, async () => {
      return (await site.metrics()).get("holdfast_bucket_reachable") === 1;
    });
  });

  test("a locked object is deleted by nobody, not even by who owns the store", async () => {
    const answers = await site.inStore(
      `set -a; . /srv/data/credentials; AWS_CA_BUNDLE=/srv/data/tls/store.crt python3 - <<'PY'
import os
import boto3
from botocore.exceptions import ClientError
s3 = boto3.client(
    "s3",
    endpoint_url="https://localhost:7070",
    region_name="us-east-1",
    aws_access_key_id=os.environ["ROOT_ACCESS_KEY"],
    aws_secret_access_key=os.environ["ROOT_SECRET_KEY"],
)
for each in s3.list_object_versions(Bucket="${bucket}", MaxKeys=50)["Versions"]:
    if each["Key"].endswith(("data.tar.gz", "backup.info", ".zst")):
        try:
            s3.delete_object(Bucket="${bucket}", Key=each["Key"], VersionId=each["VersionId"])
            print("deleted", each["Key"])
        except ClientError as error:
            print(error.response["Error"]["Code"], error.response["Error"]["Message"])
PY`,
    );
    expect([...new Set(answers.split("\n"))]).toEqual([expect.stringMatching(/^AccessDenied .*protected/)]);
  });
}
