import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteIdentifier, quoteLiteral } from "../../../../components/postgres/identifiers.ts";
import { fixtureFile, fixturePlan } from "../../../support/fixtures.ts";
import { PSQL_IS_HERE, queriesOf, setVariables } from "../../../support/psql.ts";

/** Any text that the server can hold: whole characters, without NUL. */
const anyText = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ unit: fc.constantFrom(..."'\"\\:$;`-/* \n\r\tné") }),
  )
  .filter((text) => !text.includes("\0"));

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
        const set = setVariables(Object.fromEntries(texts.map((text, index) => [`text_${index}`, text])));
        const use = texts.map((_, index) => `:"text_${index}" :'text_${index}';\n`).join("");
        expect(await queriesOf(`${set}${use}`)).toEqual(
          texts.map((text) => `${quoteIdentifier(text)} ${quoteLiteral(text)};`),
        );
      }),
      { numRuns: 5 },
    );
  });
});

test.skipIf(!PSQL_IS_HERE)("psql takes the whole script of databases and roles (needs psql)", async () => {
  const roles = fixturePlan("custom").roles.map((role) => role.name);
  const verifiers = Object.fromEntries(roles.map((role) => [`verifier_${role}`, `SCRAM-of-${role}`]));
  const script = `${setVariables(verifiers)}${fixtureFile("custom", "db-1", "/etc/holdfast/roles.sql")}`;
  const queries = await queriesOf(script);
  const given = queries.flatMap((query) => / PASSWORD '(.*)';$/.exec(query)?.[1] ?? []);
  expect(given).toEqual(roles.map((role) => `SCRAM-of-${role}`));
  // Nothing is left that psql should have put a value in for.
  expect(queries.filter((query) => query.includes(":'"))).toEqual([]);
});
