import { expect } from "vitest";
import type { BackupSite, BaseBackup } from "../../lab/support/backup-site.ts";
import { eventually } from "../../lab/support/lab.ts";

const JOB = "barman-backup";
/** Barman reads all files of the folder as one. */
const SLOW = "/etc/barman.d/slow.conf";
/** The files of a small cluster take half a minute by it. */
const KIB_PER_SECOND = 1024;
const COPIED_MIB = 4;

/** How a run of the job ended. */
export interface Run {
  /** As systemd names it: success, exit-code, timeout, ... */
  readonly result: string;
  readonly said: string;
  /** Whether it is tried again by itself. */
  readonly again: boolean;
  /** What it left in Barman's catalogue; undefined when that is nothing. */
  readonly backup: BaseBackup | undefined;
}

/** A run that has begun. */
interface Begun {
  readonly since: string;
  readonly before: ReadonlySet<string>;
}

/** The job of base backups, as its timer starts it. */
export class BaseBackupJob {
  readonly #site: BackupSite;

  constructor(site: BackupSite) {
    this.#site = site;
  }

  /** From here on it takes so long that something can happen in the middle. */
  async slow(): Promise<void> {
    await this.#site.ops(
      `printf '[%s]\\nbandwidth_limit = %s\\n' ${this.#site.lab.name} ${KIB_PER_SECOND} >${SLOW}`,
    );
  }

  async fast(): Promise<void> {
    await this.#site.ops(`rm -f ${SLOW}`);
  }

  async begin(): Promise<Begun> {
    const before = new Set((await this.#site.backups()).map(({ id }) => id));
    return { before, since: await this.#site.ops(`date +%s.%6N; systemctl start --no-block ${JOB}`) };
  }

  /** Begins a run, and waits until some of the files are there and others are not. */
  async beginAndCopy(): Promise<Begun> {
    const begun = await this.begin();
    await eventually("some files are copied", 60, async () => {
      const newest = `$(ls -d ${this.#site.folder}/base/* | tail -n 1)`;
      const { stdout } = await this.#site.lab.on(
        "ops-1",
        `pgrep -x pg_basebackup >/dev/null && du -sm ${newest}/data | cut -f1`,
      );
      return Number(stdout) >= COPIED_MIB;
    });
    return begun;
  }

  async end({ since, before }: Begun, seconds = 240): Promise<Run> {
    const result = await eventually("the job of base backups ends", seconds, async () => {
      const [state = "", outcome = ""] = (
        await this.#site.ops(
          `for each in ActiveState Result; do systemctl show ${JOB} --property $each --value; done`,
        )
      ).split("\n");
      return ["inactive", "failed"].includes(state) && outcome;
    });
    const again = await this.#site.ops(
      `systemctl is-active ${JOB}-again.timer || true; systemctl stop ${JOB}-again.timer 2>/dev/null || true`,
    );
    return {
      result,
      said: await this.#site.ops(`journalctl --unit ${JOB} --since @${since} --output cat --no-pager`),
      again: again === "active",
      backup: (await this.#site.backups()).find(({ id }) => !before.has(id)),
    };
  }

  /** A run that the host's end cut off has failed, and is tried again. */
  async toldOfBoot(): Promise<void> {
    await eventually("the run that was cut off is told of", 60, async () => {
      const said = await this.#site.ops(
        "journalctl --boot --identifier holdfast-job --output cat --no-pager",
      );
      return said.includes(`${JOB} failed (its host went down meanwhile)`) && said.includes("is tried again");
    });
    expect(await this.#site.ops(`systemctl is-active ${JOB}-again.timer`)).toBe("active");
    expect((await this.#site.metrics()).get(`holdfast_job_running{job="${JOB}"}`)).toBe(0);
  }

  async run(): Promise<Run> {
    return this.end(await this.begin());
  }
}
