import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../../scripts/project.ts";
import { CatalogueFixture, PROGRAM as RESTORE_PROGRAM } from "../restore/catalogue.ts";

const PROGRAM = join(PROJECT_ROOT, "components/report/program");
const PLACE = "orders/7000000000000000001/orders";

/** As much of the bucket's library as the program uses, over a folder. */
const BOTO3 = `
import os
from datetime import UTC, datetime
ROOT = os.environ["FAKE_BUCKET"]
class Client:
    def get_paginator(self, _):
        return self
    def paginate(self, Bucket, Prefix, Delimiter):
        if not os.path.isdir(ROOT):
            raise OSError("Connection refused")
        for at, _, names in sorted(os.walk(ROOT)):
            for name in sorted(names):
                path = os.path.join(at, name)
                key, stat = os.path.relpath(path, ROOT), os.stat(path)
                if key.startswith(Prefix):
                    yield {"Contents": [{"Key": key, "Size": stat.st_size, "LastModified": datetime.fromtimestamp(stat.st_mtime, UTC)}]}
    def get_object(self, Bucket, Key):
        return {"Body": open(os.path.join(ROOT, Key), "rb")}
def client(*_, **__):
    return Client()
`;

/** A report as of a moment: prints it as the program does. */
const AS_OF = `
import json, sys
from datetime import datetime
import facts, month, report, settings, told
now = datetime.fromisoformat(sys.argv[2])
told = told.load()
made = report.of(facts.gather(settings.load(), told, month.parse(sys.argv[1], now, told.zone), now))
print(json.dumps({"markdown": report.as_markdown(made), "html": report.as_html(made)}))
`;
const WELL_FORMED = "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.stdin.buffer)";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Barman's catalogue, the bucket, and all else that the program of reports reads on its host. */
export class ReportFixture {
  readonly catalogue = new CatalogueFixture();
  readonly #folder = this.catalogue.folder;
  readonly #bucket = join(this.#folder, "bucket");
  readonly #modules = join(this.#folder, "modules");
  readonly reports = join(this.#folder, "reports");

  constructor() {
    mkdirSync(this.#bucket);
    mkdirSync(join(this.#folder, "jobs"));
    mkdirSync(join(this.#modules, "botocore"), { recursive: true });
    writeFileSync(join(this.#modules, "boto3.py"), BOTO3);
    writeFileSync(join(this.#modules, "botocore", "config.py"), "Config = dict\n");
    writeFileSync(
      join(this.#folder, "report.json"),
      JSON.stringify({
        zone: "Europe/Berlin",
        days: 30,
        folder: this.reports,
        jobs: join(this.#folder, "jobs"),
        metrics: join(this.#folder, "node-exporter"),
      }),
    );
  }

  remove(): void {
    this.catalogue.remove();
  }

  /** An object of the cluster's place in the bucket. */
  object(path: string, content: string | Buffer, at: string): void {
    const full = join(this.#bucket, PLACE, path);
    mkdirSync(join(full, ".."), { recursive: true });
    writeFileSync(full, content);
    utimesSync(full, new Date(at), new Date(at));
  }

  /** A backup of the catalogue, in the bucket since then. */
  uploaded(id: string, bytes: number, at: string): void {
    const description = join(this.#folder, "barman/orders/meta", `${id}-backup.info`);
    this.object(`base/${id}/data.tar.gz`, Buffer.alloc(bytes), at);
    this.object(`base/${id}/backup.info`, readFileSync(description), at);
  }

  bucketIsDown(): void {
    rmSync(this.#bucket, { recursive: true });
  }

  results(...lines: readonly object[]): void {
    writeFileSync(join(this.#folder, "results"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  job(name: string, state: object): void {
    writeFileSync(join(this.#folder, "jobs", `${name}.json`), JSON.stringify(state));
  }

  metrics(place: string): string {
    const path = join(this.#folder, "node-exporter", `recovery-window-${place}.prom`);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** One of the folder of reports. */
  file(name: string): void {
    mkdirSync(this.reports, { recursive: true });
    writeFileSync(join(this.reports, name), "");
  }

  written(): readonly string[] {
    return readdirSync(this.reports).sort();
  }

  /** The program itself, as its host runs it. */
  run(...args: string[]): Ended {
    return this.#python([PROGRAM, ...args]);
  }

  /** What it would have written at that moment. */
  asOf(month: string, now: string): { readonly markdown: string; readonly html: string } {
    const { code, stdout, stderr } = this.#python(["-c", AS_OF, month, now]);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  wellFormed(html: string): string {
    return this.#python(["-c", WELL_FORMED], html).stderr;
  }

  #python(args: readonly string[], input = ""): Ended {
    // Debian's own: its modules are of no other.
    const { status, stdout, stderr } = spawnSync("/usr/bin/python3", ["-B", ...args], {
      encoding: "utf8",
      input,
      env: {
        HOLDFAST_RESTORE_SETTINGS: this.catalogue.settings,
        HOLDFAST_REPORT_SETTINGS: join(this.#folder, "report.json"),
        PYTHONPATH: [PROGRAM, RESTORE_PROGRAM, this.#modules].join(":"),
        FAKE_BUCKET: this.#bucket,
        TZ: "UTC",
      },
    });
    return { code: status, stdout, stderr };
  }
}
