import { isTimeZone, TIME_ZONE } from "../os/time-zone.ts";

/** Longer texts would fill the messages in which the members of etcd exchange the configuration. */
const LONGEST = 10_000;

interface Form {
  readonly allowed: string;
  readonly accepts: (text: string) => boolean;
}

/** A list with commas in which only these words are known, in any case. */
const words = (...known: readonly string[]): Form => ({
  allowed: `${known.join(", ")}, or several of these with commas between them`,
  accepts: (text) =>
    text.trim() === "" || text.split(",").every((word) => known.includes(word.trim().toLowerCase())),
});

const oneOf = (...known: readonly string[]): Form => ({
  allowed: known.join(", "),
  accepts: (text) => known.includes(text),
});

/** Names with commas between them, each as it is or in double quotes (varlena.c, SplitIdentifierString). */
const identifiers: Form = {
  allowed:
    'names with commas between them, those with spaces or commas in double quotes, like fast, "my space"',
  accepts: (text) => /^\s*$|^\s*("([^"]|"")+"|[^\s,"]+)(\s*,\s*("([^"]|"")+"|[^\s,"]+))*\s*$/.test(text),
};

const zone: Form = { allowed: TIME_ZONE, accepts: isTimeZone };

const DATE_STYLE = /^((iso|sql|postgres|german)(\s*,\s*(ymd|dmy|mdy))?|ymd|dmy|mdy)$/i;

/** What every database has; one of a user's own is in a database, and can be set there. */
const SEARCH_CONFIGURATION =
  /^(pg_catalog\.)?(simple|arabic|armenian|basque|catalan|danish|dutch|english|finnish|french|german|greek|hindi|hungarian|indonesian|irish|italian|lithuanian|nepali|norwegian|portuguese|romanian|russian|serbian|spanish|swedish|tamil|turkish|yiddish)$/;

/** Texts of which the server knows only some, or which it would change: it does not start with another one. */
const FORMS: Readonly<Record<string, Form>> = {
  application_name: {
    allowed: "letters, digits and signs of ASCII: the server writes others in another way",
    accepts: (text) => /^[\x20-\x7e]*$/.test(text),
  },
  createrole_self_grant: words("set", "inherit"),
  DateStyle: {
    allowed: "ISO, SQL, Postgres or German, and behind a comma YMD, DMY or MDY, like ISO, DMY",
    accepts: (text) => DATE_STYLE.test(text.trim()),
  },
  default_table_access_method: oneOf("heap"),
  default_text_search_config: {
    allowed: "a configuration of the server's own, like simple or pg_catalog.german",
    accepts: (text) => SEARCH_CONFIGURATION.test(text),
  },
  // A switch until PostgreSQL 17, a list of words since 18.
  log_connections: words(
    ...["receipt", "authentication", "authorization", "setup_durations", "all"],
    ...["on", "off", "true", "false", "yes", "no", "1", "0"],
  ),
  log_timezone: zone,
  restrict_nonsystem_relation_kind: words("view", "foreign-table"),
  temp_tablespaces: identifiers,
  TimeZone: zone,
  timezone_abbreviations: oneOf("Default", "Australia", "India"),
};

/** Why the text of a parameter cannot be used; undefined when it can. */
export function textRefused(parameter: string, text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that a line of a file cannot hold.
  if (/[\u0000-\u001f]/.test(text)) return "text on one line, without control characters";
  // Half a character of those beyond the first 65536: no file can hold it, and Patroni would end at it.
  if (/\p{Surrogate}/u.test(text)) return "text of whole characters";
  if (text.length > LONGEST) return `text of at most ${LONGEST} characters`;
  const form = FORMS[parameter];
  return form === undefined || form.accepts(text) ? undefined : form.allowed;
}
