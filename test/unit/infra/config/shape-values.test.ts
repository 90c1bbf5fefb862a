import { type Case, describeProblems, SET, set } from "../../../support/shape-problems.ts";

const MEMORY = "256MiB or more, as a whole number with MiB, GiB or TiB";

const numbers: Case[] = [
  [
    { hosts: { database: { count: 2 } } },
    "hosts.database.count",
    2,
    /^3 or 5: two/,
    set("hosts.database.count", "3"),
  ],
  [
    { hosts: { database: { count: 4 } } },
    "hosts.database.count",
    4,
    /^3 or 5: two/,
    set("hosts.database.count", "3"),
  ],
  [
    { hosts: { database: { count: "5" } } },
    "hosts.database.count",
    "5",
    /^3 or 5: two/,
    set("hosts.database.count", "5"),
  ],
  [
    { hosts: { proxy: { count: 1 } } },
    "hosts.proxy.count",
    1,
    "a whole number from 2 to 4",
    set("hosts.proxy.count", "2"),
  ],
  [
    { hosts: { proxy: { count: 1e20 } } },
    "hosts.proxy.count",
    1e20,
    "a whole number from 2 to 4",
    set("hosts.proxy.count", "4"),
  ],
  [
    { hosts: { proxy: { count: 2.5 } } },
    "hosts.proxy.count",
    2.5,
    "a whole number from 2 to 4",
    set("hosts.proxy.count"),
  ],
  [
    { hosts: { database: { cpu: "two" } } },
    "hosts.database.cpu",
    "two",
    "a number from 0.25 to 448",
    set("hosts.database.cpu"),
  ],
  [
    { hosts: { database: { cpu: 0.1 } } },
    "hosts.database.cpu",
    0.1,
    "a number from 0.25 to 448",
    set("hosts.database.cpu", "0.25"),
  ],
  [
    { pools: { sessions: -1 } },
    "pools.sessions",
    -1,
    "a whole number from 0 to 5000",
    set("pools.sessions", "0"),
  ],
  [
    { databases: [{ name: "app", connectionLimit: -2 }] },
    "databases[0].connectionLimit",
    -2,
    "a whole number from -1 to 10000",
    set("databases[0].connectionLimit", "-1"),
  ],
  [{ tls: { caDays: "ten" } }, "tls.caDays", "ten", "a whole number from 30 to 7300", set("tls.caDays")],
  [
    { local: { portBase: 80 } },
    "local.portBase",
    80,
    "a whole number from 1024 to 65400",
    set("local.portBase", "1024"),
  ],
];

const sizes: Case[] = [
  [
    { hosts: { database: { memory: "4GB" } } },
    "hosts.database.memory",
    "4GB",
    MEMORY,
    set("hosts.database.memory", "4GiB"),
  ],
  [{ hosts: { database: { memory: "4 GiB" } } }, "hosts.database.memory", "4 GiB", MEMORY, SET],
  [{ hosts: { database: { memory: 4 } } }, "hosts.database.memory", 4, MEMORY, SET],
  [{ hosts: { database: { memory: "255MiB" } } }, "hosts.database.memory", "255MiB", MEMORY, SET],
  [
    { hosts: { database: { disk: "512MiB" } } },
    "hosts.database.disk",
    "512MiB",
    "1GiB or more, as a whole number with MiB, GiB or TiB",
    SET,
  ],
];

const choices: Case[] = [
  [{ platform: undefined }, "platform", undefined, '"local", "aws"', set("platform", "local")],
  [{ platform: "lokal" }, "platform", "lokal", '"local", "aws"', set("platform", "local")],
  [{ postgres: { version: 14 } }, "postgres.version", 14, "15, 16, 17, 18", set("postgres.version", "15")],
  [
    { postgres: { version: "18" } },
    "postgres.version",
    "18",
    "15, 16, 17, 18",
    set("postgres.version", "18"),
  ],
  [
    { availability: { durability: "strickt" } },
    "availability.durability",
    "strickt",
    '"strict", "preferred", "async"',
    set("availability.durability", "strict"),
  ],
  [
    { availability: { rto: "save" } },
    "availability.rto",
    "save",
    '"fast", "normal", "safe"',
    set("availability.rto", "safe"),
  ],
  [
    { access: [{ from: ["10.0.0.0/8"], auth: "md5" }] },
    "access[0].auth",
    "md5",
    /^scram-sha-256: .* are not offered$/,
    set("access[0].auth", "scram-sha-256"),
  ],
  [
    { access: [{ from: ["10.0.0.0/8"], auth: "trust" }] },
    "access[0].auth",
    "trust",
    /^scram-sha-256: .* are not offered$/,
    set("access[0].auth", "scram-sha-256"),
  ],
  [
    { local: { keepVolumes: "yes" } },
    "local.keepVolumes",
    "yes",
    "true or false",
    set("local.keepVolumes", "true"),
  ],
];

describeProblems("numbers", numbers);
describeProblems("sizes", sizes);
describeProblems("choices", choices);
