import { freemem } from "node:os";
import Table from "cli-table3";
import { execa } from "execa";
import { cacheFolder } from "../engine/cache.ts";
import { findEngine } from "../engine/install.ts";
import { PROJECT_ROOT } from "../project.ts";
import { isOnPath } from "../setup/apt.ts";
import { objectStoreIsThere, objectStoreProgram } from "../setup/machine.ts";
import { FIRST_LAB, type Place, placeAt, podmansPlace } from "../setup/space.ts";

interface Finding {
  readonly subject: string;
  readonly found: string;
  /** What to do; undefined when all is well. */
  readonly next?: string;
}

const GIB = 1024 ** 3;
/** Hosts of the default configuration, with room for the machine itself. */
const MEMORY_GIB = 5;

/** Looks at everything that the local stack needs, and changes nothing. */
export async function doctor(): Promise<void> {
  const findings = await Promise.all([
    engine(),
    podman(),
    administrator(),
    go(),
    objectStore(),
    client("psql", "postgresql-client"),
    client("ssh", "openssh-client"),
    placeAt(PROJECT_ROOT).then((place) => disk("free disk", place)),
    podmansPlace().then((place) => disk("free disk of podman", place)),
    memory(),
  ]);
  const table = new Table({ head: ["", "what", "found", "next"], style: { head: [], border: [] } });
  for (const finding of findings) {
    table.push([finding.next ? "!" : "ok", finding.subject, finding.found, finding.next ?? ""]);
  }
  process.stdout.write(`${table.toString()}\n`);
  if (findings.some((finding) => finding.next)) {
    process.exitCode = 1;
  }
}

const UP_BRINGS_IT = 'run "npm run up", which brings it';

async function engine(): Promise<Finding> {
  const found = await findEngine();
  const origins = {
    path: "on PATH",
    installer: "from the official installer",
    built: "built from its module",
  };
  return found
    ? { subject: "Pulumi engine", found: `${origins[found.origin]}: ${found.bin}` }
    : { subject: "Pulumi engine", found: "none", next: UP_BRINGS_IT };
}

async function podman(): Promise<Finding> {
  const { stdout, failed } = await execa("podman", ["version", "--format", "{{.Client.Version}}"], {
    reject: false,
  });
  return failed
    ? { subject: "podman", found: "none", next: `${UP_BRINGS_IT}, or: apt-get install podman` }
    : { subject: "podman", found: stdout };
}

async function administrator(): Promise<Finding> {
  if (process.getuid?.() === 0) return { subject: "administrator", found: "root" };
  const { failed } = await execa("sudo", ["-n", "true"], { reject: false });
  return failed
    ? {
        subject: "administrator",
        found: "neither root nor a sudo that does not ask",
        next: "run as root, or allow this user sudo without a password",
      }
    : { subject: "administrator", found: "sudo without a password" };
}

async function go(): Promise<Finding> {
  const { stdout, failed } = await execa("go", ["version"], { reject: false });
  if (!failed) return { subject: "Go", found: stdout.replace("go version ", "") };
  return objectStoreIsThere()
    ? { subject: "Go", found: "none, and none is needed any more" }
    : { subject: "Go", found: "none", next: `${UP_BRINGS_IT}, or: apt-get install golang-go` };
}

async function objectStore(): Promise<Finding> {
  return objectStoreIsThere()
    ? { subject: "object store", found: objectStoreProgram() }
    : { subject: "object store", found: "not built yet", next: UP_BRINGS_IT };
}

async function client(program: string, name: string): Promise<Finding> {
  return (await isOnPath(program))
    ? { subject: program, found: "on PATH" }
    : { subject: program, found: "none", next: `${UP_BRINGS_IT}, or: apt-get install ${name}` };
}

function disk(subject: string, place: Place | undefined): Finding {
  if (place === undefined) return { subject, found: "podman does not say where it is" };
  return {
    subject,
    found: `${place.freeGib.toFixed(0)} GiB in ${place.path}`,
    ...(place.freeGib < FIRST_LAB.gib
      ? { next: `free ${FIRST_LAB.gib} GiB; ${cacheFolder()} and podman's images are the largest` }
      : {}),
  };
}

async function memory(): Promise<Finding> {
  const free = freemem() / GIB;
  return {
    subject: "free memory",
    found: `${free.toFixed(1)} GiB`,
    ...(free < MEMORY_GIB ? { next: `free ${MEMORY_GIB} GiB, or lower hosts.*.memory` } : {}),
  };
}
