import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteIdentifier, quoteLiteral } from "../../../../components/postgres/identifiers.ts";
import { renderPasswords, SERVICE_ROLES_WITH_PASSWORD } from "../../../../components/postgres/roles-sql.ts";
import { fixtureFile, fixturePlan } from "../../../support/fixtures.ts";
import { PSQL_IS_HERE, queriesOf } from "../../../support/psql.ts";

/** Any text that the server can hold: whole characters, without NUL. */
const anyText = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ unit: fc.constantFrom(..."'\"\\:$;`-/* \n\r\tné") }),
  )
  .filter((text) => !text.includes("\0"));

/** A string literal of either form, as the server reads it. */
const literalValue = (literal: string): string => {
  const escaped = literal.startsWith(" E'");
  const inside = literal.slice(escaped ? 3 : 1, -1).replaceAll("''", "'");
  return escaped ? inside.replaceAll("\\\\", "\\") : inside;
};

describe("the file of passwords", () => {
  test("has a variable for each role, in order", () => {
    expect(renderPasswords({ shop_writer: "x9", backup: "a1" })).toBe(
      "\\set password_backup 'a1'\n\\set password_shop_writer 'x9'\n",
    );
  });

  test("quotes what psql would read as something else", () => {
    expect(renderPasswords({ a: "it's \\ two\nlines" })).toBe("\\set password_a 'it\\'s \\\\ two\\nlines'\n");
  });

  test.skipIf(!PSQL_IS_HERE)("gives psql any password unchanged (needs psql)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 20, maxLength: 50 }), async (texts) => {
        const passwords = Object.fromEntries(texts.map((text, index) => [`r${index}`, text]));
        const use = texts.map((_, index) => `ALTER ROLE r PASSWORD :'password_r${index}';\n`).join("");
        const queries = await queriesOf(`${renderPasswords(passwords)}${use}`);
        const got = queries.map((query) => literalValue(query.replace(/^ALTER ROLE r PASSWORD |;$/g, "")));
        expect(got).toEqual(texts);
      }),
      { numRuns: 5 },
    );
  });
});

describe("names and texts in SQL", () => {
  test("are quoted whatever they are", () => {
    expect(quoteIdentifier("order")).toBe('"order"');
    expect(quoteIdentifier('say "hi"')).toBe('"say ""hi"""');
    expect(quoteLiteral("it's")).toBe("'it''s'");
  });

  test.skipIf(!PSQL_IS_HERE)("are quoted just as PostgreSQL's own library does it (needs psql)", async () => {
    // With a backslash the library takes its other form, E'…', for servers with older rules.
    const plain = anyText.filter((text) => !text.includes("\\"));
    await fc.assert(
      fc.asyncProperty(fc.array(plain, { minLength: 20, maxLength: 50 }), async (texts) => {
        const set = renderPasswords(Object.fromEntries(texts.map((text, index) => [String(index), text])));
        const use = texts.map((_, index) => `:"password_${index}" :'password_${index}';\n`).join("");
        expect(await queriesOf(`${set}${use}`)).toEqual(
          texts.map((text) => `${quoteIdentifier(text)} ${quoteLiteral(text)};`),
        );
      }),
      { numRuns: 5 },
    );
  });
});

test.skipIf(!PSQL_IS_HERE)("psql takes the whole script of databases and roles (needs psql)", async () => {
  const roles = [...SERVICE_ROLES_WITH_PASSWORD, ...fixturePlan("custom").roles.map((role) => role.name)];
  const passwords = Object.fromEntries(roles.map((role) => [role, `secret-of-${role}`]));
  const script = `${renderPasswords(passwords)}${fixtureFile("custom", "db-1", "/etc/holdfast/roles.sql")}`;
  const queries = await queriesOf(script);
  const given = queries.flatMap((query) => / PASSWORD '(.*)';$/.exec(query)?.[1] ?? []);
  expect(given).toEqual(roles.map((role) => `secret-of-${role}`));
  // Nothing is left that psql should have put a value in for.
  expect(queries.filter((query) => query.includes(":'"))).toEqual([]);
});
