import { type Case, describeProblems, SET, set } from "../../../support/shape-problems.ts";

const NETWORK = "an IPv4 network in CIDR form, like 10.20.0.0/16";
const PATTERN_48 = "1 to 48 lower-case letters, digits and underscores, not starting with a digit";
const PRIVATE = "a private /24, like 10.77.1.0/24";

const names: Case[] = [
  [{ databases: [{}] }, "databases[0].name", undefined, PATTERN_48, set("databases[0].name")],
  [{ databases: [{ name: 'a"; DROP' }] }, "databases[0].name", 'a"; DROP', PATTERN_48, SET],
  [{ databases: [{ name: "../etc" }] }, "databases[0].name", "../etc", PATTERN_48, SET],
  [{ databases: [{ name: "App" }] }, "databases[0].name", "App", PATTERN_48, SET],
  [{ databases: [{ name: "a\nb" }] }, "databases[0].name", "a\nb", PATTERN_48, SET],
  [{ databases: [{ name: "a".repeat(49) }] }, "databases[0].name", "a".repeat(49), PATTERN_48, SET],
  [
    { databases: [{ name: "app", locale: "C'; --" }] },
    "databases[0].locale",
    "C'; --",
    /^the name of a locale/,
    SET,
  ],
  [{ cluster: { name: "Blue" } }, "cluster.name", "Blue", /^1 to 40 lower-case/, set("cluster.name")],
  [{ cluster: { domain: "local host" } }, "cluster.domain", "local host", /^a domain name/, SET],
  [{ cluster: { domain: 5 } }, "cluster.domain", 5, /^a domain name/, SET],
  [{ os: { timeZone: "Mars/Olympus" } }, "os.timeZone", "Mars/Olympus", /^the name of a time zone/, SET],
  [{ os: { timeZone: 2 } }, "os.timeZone", 2, /^the name of a time zone/, SET],
];

const networks: Case[] = [
  [{ access: [{ from: ["10.0.0.0"] }] }, "access[0].from[0]", "10.0.0.0", NETWORK, set("access[0].from[0]")],
  [{ access: [{ from: ["everyone"] }] }, "access[0].from[0]", "everyone", NETWORK, SET],
  [{ access: [{ from: ["::/0"] }] }, "access[0].from[0]", "::/0", NETWORK, SET],
  [{ access: [{ from: [10] }] }, "access[0].from[0]", 10, NETWORK, SET],
  [
    { access: [{ from: ["10.0.0.0/8", "0.0.0.0/0"] }] },
    "access[0].from[1]",
    "0.0.0.0/0",
    "a network smaller than the whole Internet, so not /0",
    SET,
  ],
  [
    { access: [{ from: ["10.0.0.1/8"] }] },
    "access[0].from[0]",
    "10.0.0.1/8",
    /^a network address, whose bits behind the prefix are zero/,
    SET,
  ],
  [{ local: { subnet: "10.0.0.0/16" } }, "local.subnet", "10.0.0.0/16", PRIVATE, SET],
  [{ local: { subnet: "8.8.8.0/24" } }, "local.subnet", "8.8.8.0/24", PRIVATE, SET],
];

describeProblems("names", names);
describeProblems("networks", networks);
