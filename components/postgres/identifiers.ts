/** Quotes an SQL identifier. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Quotes an SQL string literal, for a server with standard_conforming_strings on (the default since 9.1). */
export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;
