import { readFileSync } from "node:fs";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { motoProgram } from "../../scripts/setup/moto.ts";
import { type Cloud, startCloud } from "../support/moto.ts";
import { backupInfo, CatalogueFixture, PROGRAM, segment } from "../unit/components/restore/catalogue.ts";

// The job of the operations host, against a server that speaks S3: which objects it marks, and how often.

const RUN = `
import sys
from datetime import UTC, datetime, timedelta
import expire, settings
try:
    expire.run(settings.load(), datetime.now(UTC) + timedelta(days=int(sys.argv[1])))
except settings.Refusal as refusal:
    sys.exit(f"{refusal.cause}; {refusal.advice}")
`;
const Bucket = "backups";
const ENDED = "2026-01-01 02:05:00+00:00";
let cloud: Cloud;
let s3: S3Client;
let catalogue: CatalogueFixture;

beforeAll(async () => {
  cloud = await startCloud();
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value);
  s3 = new S3Client({ region: "us-east-1" });
  await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud.stop();
});

beforeEach(() => {
  catalogue = new CatalogueFixture({ bucket: Bucket, endpoint: cloud.endpoint });
});
afterEach(async () => {
  for (const Key of await keys()) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  catalogue.remove();
});

const keys = async () =>
  ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key = "" }) => Key);

async function put(...objects: readonly (readonly [name: string, body?: string])[]): Promise<void> {
  for (const [name, Body = "any"] of objects) {
    await s3.send(new PutObjectCommand({ Bucket, Key: `${catalogue.place}/${name}`, Body }));
  }
}

/** Whole, with the segments that it needs for itself and one that came after it. */
const backup = (id: string, first: number, timeline = 1) =>
  put(
    [`base/${id}/data.tar.gz`],
    [`base/${id}/backup.info`, backupInfo(ENDED, first, first + 1, timeline)],
    ...[0, 1, 2].map((number) => wal(timeline, first + number)),
  );

const wal = (timeline: number, number: number) =>
  [`wals/${segment(timeline, number).slice(0, 16)}/${segment(timeline, number)}.zst`] as const;

/** Runs it so many days after all of this came into the bucket. */
const expire = (days: number) =>
  execa(motoProgram()[0], ["-B", "-c", RUN, String(days)], {
    reject: false,
    env: {
      PYTHONPATH: PROGRAM,
      HOLDFAST_RESTORE_SETTINGS: catalogue.settings,
      AWS_DEFAULT_REGION: "us-east-1",
    },
  });

const metrics = () => readFileSync(`${catalogue.folder}/expiry-metrics`, "utf8");

async function tagsOf(Key: string): Promise<string> {
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
  return TagSet.map((tag) => `${tag.Key}=${tag.Value}`).join(" ");
}

async function marked(): Promise<string[]> {
  const all = await Promise.all((await keys()).map(async (key) => [key, await tagsOf(key)] as const));
  return all
    .filter(([, tags]) => tags.includes("holdfast=expired"))
    .map(([key]) => key.replace(`${catalogue.place}/`, ""));
}

test("marks what no kept backup needs, once", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: `${catalogue.place}/../cluster.json`, Body: "{}" }));
  await put(
    wal(1, 9),
    ["base/20251231T020000/data.tar.gz"],
    ["wals/00000002.history", "1\t0/1E00000\tany\n"],
  );
  await backup("20260101T020000", 10);
  await backup("20260102T020000", 20);
  await backup("20260103T020000", 40, 2);
  expect(await expire(6)).toMatchObject({ exitCode: 0 });
  expect(await marked()).toEqual([]);

  const { exitCode, stdout, stderr } = await expire(8);
  expect(exitCode, stderr).toBe(0);
  const gone = [
    "base/20251231T020000/data.tar.gz",
    "base/20260101T020000/backup.info",
    "base/20260101T020000/data.tar.gz",
    ...[9, 10, 11, 12].flatMap((number) => wal(1, number)),
  ];
  expect(await marked()).toEqual(gone);
  expect(stdout).toBe(
    `3 whole backups, recovered from since 2026-01-01 02:05:00+00:00; ${gone.length} objects expired, 0 had before and are still there`,
  );
  expect(metrics()).toBe(
    `holdfast_bucket_expired_objects ${gone.length}\nholdfast_bucket_expired_objects_still_there 0\n`,
  );
  // The store has let one go meanwhile.
  await s3.send(new DeleteObjectCommand({ Bucket, Key: `${catalogue.place}/${gone[0]}` }));
  expect(await expire(9)).toMatchObject({ exitCode: 0 });
  expect(metrics()).toBe(
    `holdfast_bucket_expired_objects 0\nholdfast_bucket_expired_objects_still_there ${gone.length - 1}\n`,
  );
});

test("keeps the last backup that leads to now, where those after it were left behind", async () => {
  await backup("20260101T020000", 10);
  await backup("20260102T020000", 20);
  await backup("20260103T020000", 30);
  // Recovered to a moment before the second one; nothing was backed up since.
  await put(["wals/00000002.history", "1\t0/F00000\tbefore 2026\n"], wal(2, 15));
  expect(await expire(500)).toMatchObject({ exitCode: 0 });
  expect(await marked()).toEqual([]);
});

test("keeps what Barman was told to keep", async () => {
  for (const number of [1, 2, 3, 4]) await backup(`2026010${number}T020000`, 10 * number);
  await put(["base/20260102T020000/annotations/keep", "standalone"]);
  expect(await expire(500)).toMatchObject({ exitCode: 0 });
  expect(await marked()).toEqual([
    ...["backup.info", "data.tar.gz"].map((part) => `base/20260101T020000/${part}`),
    ...[10, 11, 12, 22].flatMap((number) => wal(1, number)),
  ]);
});

test("leaves the tags of others", async () => {
  await put(wal(1, 9));
  await backup("20260101T020000", 10);
  const Key = `${catalogue.place}/${wal(1, 9)[0]}`;
  const Tagging = { TagSet: [{ Key: "owner", Value: "me" }] };
  await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging }));
  expect(await expire(500)).toMatchObject({ exitCode: 0 });
  expect(await tagsOf(Key)).toBe("owner=me holdfast=expired");
});

test("marks nothing where no backup is whole, and says so", async () => {
  await put(wal(1, 9), ["base/20260101T020000/data.tar.gz"]);
  const { exitCode, stderr } = await expire(500);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^there is no whole base backup in the bucket, so nothing of it expires; take one: /,
  );
  expect(await marked()).toEqual([]);
});
