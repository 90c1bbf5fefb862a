import { extensionOfSetting, extensionsOf, needsPreload } from "../../../components/postgres/extensions.ts";
import { parametersOf } from "../../../components/postgres/metadata.ts";
import { FLOORS, ownedBecause } from "../../../components/postgres/owned.ts";
import { checkSetting, type SettingValue } from "../../../components/postgres/setting.ts";
import { didYouMean, joinPath, type Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { problem } from "./problem.ts";

/** Debian 13 has 17, Debian 12 has 15; the others are in PostgreSQL's own archive alone. */
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
  const floor = FLOORS[parameter.name];
  return floor !== undefined && checked.number !== undefined && checked.number < floor.atLeast
    ? [
        problem(
          path,
          value,
          `${floor.atLeast} or more: ${floor.reason}`,
          `set it to ${floor.atLeast}, or remove it`,
        ),
      ]
    : [];
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
  return [
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
