import { afterEach, describe, expect, test } from "vitest";
import { ARCHIVE_KEY, IDENTIFIER } from "../../../components/barman/names.ts";
import { BUCKET_EXPIRY_METRICS } from "../../../components/restore/names.ts";
import { BackupSite } from "../support/backup-site.ts";
import { eventually, type Lab } from "../support/lab.ts";
import { Ledger } from "../support/ledger.ts";
import { holesIn } from "../support/wal-names.ts";

/** What Barman has and what the bucket has, of a cluster whose first update has proven the way of both. */
export function backupTests(lab: Lab): void {
  const site = new BackupSite(lab);
  /** Barman's own program for the bucket, as the host's units run it. */
  const cloud = (program: string, rest = "") =>
    lab.on(
      "ops-1",
      `set -a; . /etc/barman/bucket.env; url=$(jq -r .bucket.url /etc/barman/bucket.json)/${lab.name}/$(cat ${IDENTIFIER})
       runuser -u barman -- ${program} --cloud-provider aws-s3 --endpoint-url "$(jq -r .bucket.endpoint /etc/barman/bucket.json)" \
         "$url" ${lab.name} ${rest}`,
      120,
    );

  describe("backups", () => {
    test("the first update has taken one, brought it into the bucket, and says so", async () => {
      const { stdout } = await cloud("barman-cloud-backup-list");
      expect(stdout).toMatch(/^\d{8}T\d{6} /m);
      expect((await lab.holdfast("up")).stdout).toMatch(/the last base backup is in the bucket since \d{4}-/);
    });

    test("follow two switchovers within a minute under writes, without a hole", async () => {
      const ledger = new Ledger(await lab.stack());
      await ledger.start();
      for (const _ of [1, 2]) {
        const ran = await lab.holdfast("switchover", "--yes");
        expect(ran.code, ran.stderr).toBe(0);
      }
      const { missing } = await ledger.stop();
      expect(missing).toEqual([]);
      const last = await site.endFile();
      await site.emptied();
      const files = await site.catalogue();
      expect(files).toContain(last);
      expect(holesIn(files), files.join(" ")).toEqual([]);
      expect(new Set(files.map((name) => name.slice(0, 8))).size).toBeGreaterThanOrEqual(3);
      for (const name of files) {
        const { code, stderr } = await cloud("barman-cloud-wal-restore", `${name} /tmp/from-the-bucket`);
        expect(code, `${name}: ${stderr}`).toBe(0);
      }
    });

    test("are not held up by a bucket that is down, nor is the database: what waits is there afterwards", async () => {
      await site.store("stop");
      try {
        const name = await site.endFile();
        await eventually("it waits", 30, async () => (await site.waiting()).includes(name));
      } finally {
        await site.store("start");
      }
      await site.emptied();
    });

    test("cannot be deleted by the host that makes them", async () => {
      const { stdout } = await lab.on(
        "ops-1",
        `set -a; . /etc/barman/bucket.env; runuser -u barman -- python3 - <<'PY'
import boto3, json
from botocore.exceptions import ClientError
bucket = json.load(open("/etc/barman/bucket.json"))["bucket"]
s3 = boto3.client("s3", endpoint_url=bucket["endpoint"])
name = bucket["url"].removeprefix("s3://")
key = s3.list_objects_v2(Bucket=name, MaxKeys=1)["Contents"][0]["Key"]
try:
    s3.delete_object(Bucket=name, Key=key)
    print("deleted")
except ClientError as error:
    print(error.response["Error"]["Code"])
PY`,
      );
      expect(stdout.trim()).toBe("AccessDenied");
    });
  });

  describe("what is no longer needed in the bucket", () => {
    // Of a segment that no cluster has, and so old that no window reaches back to it.
    const put = `set -a; . /etc/barman/bucket.env; runuser -u barman -- python3 - <<'PY'
import sys
sys.path.insert(0, "/usr/local/lib/holdfast/restore")
import settings
from archive import Bucket
bucket = Bucket(settings.load())
key = f"{bucket.place}/wals/0000000100000000/000000010000000000000000.zst"
bucket.client.put_object(Bucket=bucket.name, Key=key, Body=b"any")
print(f"{bucket.name}/{key}")
PY`;

    test("is marked by a job, once, and what is needed is not", async () => {
      const { stdout, stderr } = await lab.on("ops-1", put);
      expect(stdout, stderr).toMatch(/zst\n$/);
      await site.inStore(`touch --date=2020-01-01 /srv/data/buckets/${stdout.trim()}`);
      const found = async () => {
        const ran = await lab.on("ops-1", "systemctl start bucket-expiry", 120);
        expect(ran.code, ran.stderr).toBe(0);
        return (await lab.on("ops-1", `cat ${BUCKET_EXPIRY_METRICS}`)).stdout;
      };
      expect(await found()).toBe(
        "holdfast_bucket_expired_objects 1\nholdfast_bucket_expired_objects_still_there 0\n",
      );
      expect(await found()).toBe(
        "holdfast_bucket_expired_objects 0\nholdfast_bucket_expired_objects_still_there 1\n",
      );
      // It is locked until its time, whoever asks.
      const said = await site.inStore(
        "systemctl start let-go; journalctl --unit=let-go --output=cat --no-pager",
      );
      expect(said).toMatch(/protected by object lock/);
    });
  });

  describe("the key that members hand WAL files over with", () => {
    afterEach(() => lab.on("ops-1", "rm -f /tmp/mark"));

    test("is good for nothing else", async () => {
      const { domain } = await lab.stack();
      const order = (command: string) =>
        lab.on("db-1", `runuser -u postgres -- ssh -T barman@ops-1.${domain} '${command}'`);
      expect((await order(`barman put-wal ${lab.name} --test`)).code).toBe(0);
      const refused = await order("touch /tmp/mark");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`this key is for WAL files of the cluster ${lab.name} alone`);
      expect((await lab.on("ops-1", "test -e /tmp/mark")).code).toBe(1);
    });

    test("is its host's own, which nobody else reads", async () => {
      const { stdout } = await lab.on("db-1", `stat -c '%U %a' ${ARCHIVE_KEY}`);
      expect(stdout).toBe("postgres 600\n");
    });
  });
}
