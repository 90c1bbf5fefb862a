import { extensionOfSetting, extensionsOf, needsPreload } from "../../../components/postgres/extensions.ts";
import { beyondLimit } from "../../../components/postgres/limits.ts";
import { parametersOf } from "../../../components/postgres/metadata.ts";
import { ownedBecause } from "../../../components/postgres/owned.ts";
import { checkSetting, type SettingValue } from "../../../components/postgres/setting.ts";
import { didYouMean, joinPath, type Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { duplicates, problem } from "./problem.ts";

/** The prepared image is made from Debian's packages, which would stay there beside the chosen ones. */
export function packagesInImage({ postgres, local }: Config): Problem[] {
  return postgres.source === "pgdg" && local.image === "prepared"
    ? [
        problem(
          "local.image",
          local.image,
          'with postgres.source "pgdg": plain, onto which the hosts install their own packages',
          "pulumi config set --path 'holdfast:local.image' plain",
        ),
      ]
    : [];
}

/** Debian 13 has 17, Debian 12 has 15; the others are in PostgreSQL's own archive alone. */
export function packageSource({ postgres }: Config): Problem[] {
  return postgres.source === "debian" && postgres.version !== 15 && postgres.version !== 17
    ? [
        problem(
          "postgres.version",
          postgres.version,
          'with packages from Debian: 15 or 17; with postgres.source "pgdg": 15, 16, 17, 18',
          "pulumi config set --path 'holdfast:postgres.source' pgdg",
        ),
      ]
    : [];
}

export function settings({ postgres }: Config): Problem[] {
  const known = parametersOf(postgres.version);
  const seen = new Set<string>();
  return Object.entries(postgres.settings).flatMap(([name, value]) => {
    const path = joinPath(["postgres", "settings", name]);
    if (seen.has(name.toLowerCase())) {
      return [
        problem(path, value, "each parameter once; names are the same in any case", `remove "${name}"`),
      ];
    }
    seen.add(name.toLowerCase());
    return oneSetting(path, name, value, postgres, known);
  });
}

function oneSetting(
  path: string,
  name: string,
  value: SettingValue,
  postgres: Config["postgres"],
  known: ReturnType<typeof parametersOf>,
): Problem[] {
  const parameter = known.get(name.toLowerCase());
  const extension = extensionOfSetting(name);
  if (extension !== undefined && !postgres.extensions.includes(extension)) {
    return [
      problem(
        path,
        value,
        "settings of extensions that are loaded",
        `add "${extension}" to postgres.extensions`,
      ),
    ];
  }
  if (parameter === undefined) {
    const guess = didYouMean(
      name,
      [...known.values()].map((each) => each.name),
    );
    return [
      problem(
        path,
        value,
        `a parameter of PostgreSQL ${postgres.version}`,
        guess ? `rename it to "${guess}"` : "remove it, or check its name in the server's documentation",
      ),
    ];
  }
  const reason = ownedBecause(parameter);
  if (reason !== undefined) {
    return [problem(path, value, `not here: ${reason}`, "remove it")];
  }
  const checked = checkSetting(parameter, value);
  if (!checked.ok) {
    return [problem(path, value, checked.allowed, "set it to such a value")];
  }
  const limit = checked.number === undefined ? undefined : beyondLimit(parameter, checked.number);
  return limit === undefined
    ? []
    : [problem(path, value, limit.allowed, `set it to ${limit.nearest}, or remove it`)];
}

/** A parameter that the user set, in whatever case. */
const written = (postgres: Config["postgres"], parameter: string) =>
  Object.entries(postgres.settings).find(([name]) => name.toLowerCase() === parameter);

/** What a server in a container would end at: its kernel is another machine's, and keeps these from it. */
export function containerKernel({ postgres, platform }: Config): Problem[] {
  const never = [
    { parameter: "huge_pages", values: ["on", "true", "yes", "1"], allowed: "off or try: huge pages are" },
    { parameter: "io_method", values: ["io_uring"], allowed: "worker or sync: io_uring is" },
  ];
  return never.flatMap(({ parameter, values, allowed }) => {
    const [name, value] = written(postgres, parameter) ?? [];
    return platform === "local" && name !== undefined && values.includes(String(value).toLowerCase())
      ? [
          problem(
            joinPath(["postgres", "settings", name]),
            value,
            `${allowed} not to be had in a container, as the platform local runs the server`,
            "remove it",
          ),
        ]
      : [];
  });
}

const LOCALES = ["lc_messages", "lc_monetary", "lc_numeric", "lc_time"];
const ALWAYS = ["C", "POSIX", "C.UTF-8"];

/** The server does not start with a locale that its host does not have; hosts make those of the databases. */
export function locales({ postgres, databases }: Config): Problem[] {
  const there = [...new Set([...ALWAYS, ...databases.map((database) => database.locale)])];
  return LOCALES.flatMap((parameter) => {
    const [name, value] = written(postgres, parameter) ?? [];
    return name === undefined || there.includes(String(value))
      ? []
      : [
          problem(
            joinPath(["postgres", "settings", name]),
            value,
            `a locale that the hosts have: ${there.join(", ")}; they make those of the databases`,
            "set it to one of these",
          ),
        ];
  });
}

export function extensions({ postgres, databases }: Config): Problem[] {
  const known = extensionsOf(postgres.version).sort();
  const check = (path: string, names: readonly string[]) =>
    names.flatMap((name, index) => {
      if (known.includes(name)) return [];
      const guess = didYouMean(name, known);
      return [
        problem(
          `${path}[${index}]`,
          name,
          `an extension of PostgreSQL ${postgres.version}: ${known.join(", ")}`,
          guess ? `rename it to "${guess}"` : "remove it",
        ),
      ];
    });
  const once = (path: string, names: readonly string[]) =>
    duplicates(names).map(([index, name]) =>
      problem(`${path}[${index}]`, name, "each extension once", "remove it"),
    );
  return [
    ...once("postgres.extensions", postgres.extensions),
    ...databases.flatMap((database, index) => once(`databases[${index}].extensions`, database.extensions)),
    ...check("postgres.extensions", postgres.extensions),
    ...databases.flatMap((database, index) => check(`databases[${index}].extensions`, database.extensions)),
    ...databases.flatMap((database, at) =>
      database.extensions.flatMap((name, index) =>
        known.includes(name) && needsPreload(name) && !postgres.extensions.includes(name)
          ? [
              problem(
                `databases[${at}].extensions[${index}]`,
                name,
                "here only extensions without a library that the whole server loads",
                `move it to postgres.extensions`,
              ),
            ]
          : [],
      ),
    ),
  ];
}
