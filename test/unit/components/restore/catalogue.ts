import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../../scripts/project.ts";

/** As small as PostgreSQL allows. */
export const SEGMENT_BYTES = 1024 * 1024;
const CLUSTER = "orders";
const IDENTIFIER = "7000000000000000001";
export const PROGRAM = join(PROJECT_ROOT, "components/restore/program");

export interface Answer {
  readonly code: number;
  readonly said: unknown;
  readonly refusal: { readonly cause: string; readonly advice: string } | undefined;
}

/** A catalogue of Barman's as it lies on its host, with files that nobody looks into. */
export class CatalogueFixture {
  readonly folder = mkdtempSync(join(tmpdir(), "holdfast-restore-"));
  readonly settings = join(this.folder, "settings.json");
  readonly #server = join(this.folder, "barman", CLUSTER);

  constructor({ bucket = "none", endpoint }: { bucket?: string; endpoint?: string } = {}) {
    for (const each of ["meta", "wals", "streaming", "incoming"]) {
      mkdirSync(join(this.#server, each), { recursive: true });
    }
    writeFileSync(join(this.folder, "identifier"), `${IDENTIFIER}\n`);
    writeFileSync(
      this.settings,
      JSON.stringify({
        cluster: CLUSTER,
        home: join(this.folder, "barman"),
        identifier: join(this.folder, "identifier"),
        manifests: join(this.folder, "barman", "manifests"),
        scratch: join(this.folder, "scratch"),
        binaries: "/nowhere",
        metrics: join(this.folder, "metrics"),
        results: join(this.folder, "results"),
        bucket: `s3://${bucket}`,
        endpoint: endpoint ?? null,
        queries: [],
        retention: { days: 7, redundancy: 2 },
        expired: { key: "holdfast", value: "expired" },
        expiry_metrics: join(this.folder, "expiry-metrics"),
        memory: 512,
      }),
    );
  }

  /** Of this cluster in the bucket. */
  readonly place = `${CLUSTER}/${IDENTIFIER}/${CLUSTER}`;

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** A base backup that needs the segments from FIRST to LAST of its timeline, and ended at that time. */
  backup(id: string, ended: string, first: number, last: number, timeline = 1, status = "DONE"): void {
    writeFileSync(
      join(this.#server, "meta", `${id}-backup.info`),
      backupInfo(ended, first, last, timeline, status),
    );
  }

  /** The segments from FIRST to LAST, which came at that time. */
  wal(timeline: number, first: number, last: number, at: string): void {
    for (let number = first; number <= last; number++) {
      this.file(`wals/${segment(timeline, number).slice(0, 16)}/${segment(timeline, number)}`, "wal", at);
    }
  }

  file(path: string, content: string | Buffer, at: string): void {
    const full = join(this.#server, path);
    mkdirSync(join(full, ".."), { recursive: true });
    writeFileSync(full, content);
    utimesSync(full, new Date(at), new Date(at));
  }

  without(timeline: number, number: number): void {
    const name = segment(timeline, number);
    rmSync(join(this.#server, "wals", name.slice(0, 16), name));
  }

  /** The program itself, as its host runs it. */
  run(...args: string[]): Answer {
    const { status, stdout, stderr } = spawnSync("python3", ["-B", PROGRAM, ...args], {
      encoding: "utf8",
      env: { ...process.env, HOLDFAST_RESTORE_SETTINGS: this.settings, TZ: "UTC" },
    });
    if (status !== 0 && status !== 3) throw new Error(stderr);
    return {
      code: status,
      said: status === 0 ? JSON.parse(stdout) : undefined,
      refusal: status === 3 ? JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "") : undefined,
    };
  }

  plan(...args: string[]): Answer {
    return this.run("plan", "--from", "barman", ...args);
  }
}

/** What Barman writes about a base backup, as far as it is read. */
export const backupInfo = (
  ended: string,
  first: number,
  last: number,
  timeline = 1,
  status = "DONE",
): string =>
  [
    `begin_time=${ended}`,
    `end_time=${ended}`,
    `begin_wal=${segment(timeline, first)}`,
    `end_wal=${segment(timeline, last)}`,
    `end_xlog=0/${(last * SEGMENT_BYTES + 256).toString(16)}`,
    `timeline=${timeline}`,
    `xlog_segment_size=${SEGMENT_BYTES}`,
    "size=None",
    "cluster_size=31577028",
    "tablespaces=None",
    `status=${status}`,
    "",
  ].join("\n");

/** The name of a segment of these sizes. */
export function segment(timeline: number, number: number): string {
  const perLog = 2 ** 32 / SEGMENT_BYTES;
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");
  return `${hex(timeline)}${hex(Math.floor(number / perLog))}${hex(number % perLog)}`;
}
