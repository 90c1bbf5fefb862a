import { type Case, describeProblems, set } from "../../../support/shape-problems.ts";

const IN_FILE = "in the stack's file";
const ADD = `add to the list, ${IN_FILE}`;
const LIST = `write a list there, ${IN_FILE}`;
const GROUP = `write a group of settings there, ${IN_FILE}`;
const SECTION_LIST =
  /no such setting; here may be: access, availability, aws, backups, cluster, databases, .*, tls$/;

const unknownKeys: Case[] = [
  [{ postgress: {} }, "postgress", {}, SECTION_LIST, 'rename "postgress" to "postgres", or remove it'],
  [{ tsl: { caDays: 90 } }, "tsl", { caDays: 90 }, SECTION_LIST, 'rename "tsl" to "tls", or remove it'],
  [{ backup: true }, "backup", true, SECTION_LIST, 'rename "backup" to "backups", or remove it'],
  [{ constructor: 1 }, "constructor", 1, SECTION_LIST, 'remove "constructor"'],
  [
    { "tls.caDays": 90 },
    "tls.caDays",
    90,
    SECTION_LIST,
    "pulumi config rm 'holdfast:tls.caDays', then set it with pulumi config set --path 'holdfast:tls.caDays'",
  ],
  [
    { tls: { cadays: 90 } },
    "tls.cadays",
    90,
    /: authorities, caDays, certificateDays, generation, renewBeforeDays$/,
    'rename "cadays" to "caDays", or remove it',
  ],
  [
    { hosts: { database: { memroy: "4GiB" } } },
    "hosts.database.memroy",
    "4GiB",
    /: count, cpu, disk, memory, zones$/,
    'rename "memroy" to "memory", or remove it',
  ],
  [
    { hosts: { operations: { count: 2 } } },
    "hosts.operations.count",
    2,
    /: cpu, disk, memory, zones$/,
    'remove "count"',
  ],
  [
    { databases: [{ name: "a" }, { name: "b", local: "C" }] },
    "databases[1].local",
    "C",
    /: connectionLimit, extensions, locale, name, poolSize$/,
    'rename "local" to "locale", or remove it',
  ],
  [
    { roles: [{ name: "r", grants: [{ database: "app", access: "read", acces: "own" }] }] },
    "roles[0].grants[0].acces",
    "own",
    /: access, database$/,
    'rename "acces" to "access", or remove it',
  ],
];

const groupsAndLists: Case[] = [
  [{ tls: null }, "tls", null, "a group of settings", `remove the empty "tls", or ${GROUP}`],
  [{ hosts: [] }, "hosts", [], "a group of settings", GROUP],
  [{ cluster: "blue" }, "cluster", "blue", "a group of settings", GROUP],
  [{ postgres: { settings: [] } }, "postgres.settings", [], "a group of settings", GROUP],
  [{ databases: { app: {} } }, "databases", { app: {} }, "a list", LIST],
  [{ databases: [] }, "databases", [], "at least one database", ADD],
  [{ tls: { authorities: [] } }, "tls.authorities", [], /^a list of 1 to 3 whole numbers/, ADD],
  [{ roles: [{ name: "r", grants: [] }] }, "roles[0].grants", [], /^at least one grant/, ADD],
  [{ roles: [{ name: "r" }] }, "roles[0].grants", undefined, "a list", LIST],
  [{ access: [{ from: [] }] }, "access[0].from", [], "at least one network", ADD],
  [{ hosts: { proxy: { zones: [] } } }, "hosts.proxy.zones", [], "at least one zone", ADD],
  [
    { hosts: { proxy: { zones: [..."abcdefg"] } } },
    "hosts.proxy.zones",
    [..."abcdefg"],
    "at most 6 zones",
    `shorten the list, ${IN_FILE}`,
  ],
  [
    { postgres: { settings: { work_mem: null } } },
    "postgres.settings.work_mem",
    null,
    "text, a number, true or false",
    set("postgres.settings.work_mem"),
  ],
  [
    { postgres: { settings: { "auto_explain.log_analyze": [true] } } },
    'postgres.settings["auto_explain.log_analyze"]',
    [true],
    "text, a number, true or false",
    set('postgres.settings["auto_explain.log_analyze"]'),
  ],
  [
    { postgres: { extensions: [5] } },
    "postgres.extensions[0]",
    5,
    "the name of an extension",
    set("postgres.extensions[0]"),
  ],
];

describeProblems("unknown keys", unknownKeys);
describeProblems("groups and lists", groupsAndLists);
