/** The areas of the zones' database, and the two names without one. Names like US/Eastern or Japan are of before. */
const FORM =
  /^(UTC|GMT|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)\/.+)$/;

/** Spellings of before within those areas: Debian keeps them in a package of their own, which hosts do not have. */
const OLD: ReadonlySet<string> = new Set(
  Object.entries({
    Africa: "Asmera",
    America:
      "Argentina/ComodRivadavia Buenos_Aires Catamarca Cordoba Fort_Wayne Godthab Indianapolis Jujuy Knox_IN Louisville Mendoza Rosario",
    Antarctica: "South_Pole",
    Asia: "Ashkhabad Calcutta Choibalsan Chungking Dacca Katmandu Macao Rangoon Saigon Thimbu Ujung_Pandang Ulan_Bator",
    Atlantic: "Faeroe",
    Australia: "ACT LHI NSW North Queensland South Tasmania Victoria West",
    Europe: "Kiev Uzhgorod Zaporozhye",
    Pacific: "Enderbury Ponape Truk",
  }).flatMap(([area, names]) => names.split(" ").map((name) => `${area}/${name}`)),
);

/** What to say of a name that is none. */
export const TIME_ZONE = "the name of a time zone in its present spelling, like Etc/UTC or Europe/Berlin";

/** Node knows more names than the hosts have files, and in any case; the hosts' files have just one. */
export function isTimeZone(name: string): boolean {
  try {
    return (
      FORM.test(name) && !OLD.has(name) && new Intl.DateTimeFormat("en", { timeZone: name }).format() !== ""
    );
  } catch {
    return false;
  }
}
