/** A label's value as the text format has it: backslashes, quotes and line ends would end it early, and of NULL nothing is left. */
const value = (sql: string) =>
  `replace(replace(replace(coalesce((${sql})::text, ''), '\\', '\\\\'), '"', '\\"'), E'\\n', ' ')`;

/**
 * A query whose rows each give a line of Prometheus' text format for each of these metrics: labels and numbers are SQL over what
 * it is from. NULL is no number, which the format calls NaN.
 */
export function lines(
  from: string,
  labels: Readonly<Record<string, string>>,
  numbers: Readonly<Record<string, string>>,
): string {
  const pairs = Object.entries(labels).map(([name, sql]) => `'${name}="' || ${value(sql)} || '"'`);
  const all = pairs.length === 0 ? "''" : pairs.join("\n    || ',' || ");
  return `SELECT each.metric || '{' || row.labels || '} ' || each.number
FROM (SELECT ${all} AS labels, ARRAY[${Object.values(numbers)
    .map((number) => `coalesce((${number})::float8, 'NaN')`)
    .join(", ")}] AS numbers
  FROM ${from}) AS row,
  unnest(ARRAY[${Object.keys(numbers)
    .map((metric) => `'${metric}'`)
    .join(", ")}], row.numbers) AS each (metric, number);
`;
}
