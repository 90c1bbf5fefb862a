import { describe, expect, test } from "vitest";
import { peerFrom, peerNameIn } from "../../../../../infra/config/peer.ts";
import { LEAST, problemsOnAws } from "../../../../support/on-aws.ts";

const fileOf = (aws: object, dr: object = {}) =>
  JSON.stringify({
    config: {
      "holdfast:platform": "aws",
      "holdfast:aws": {
        ...LEAST,
        region: "us-west-2",
        network: { cidr: "10.30.0.0/16" },
        backups: { bucket: "west-backups" },
        ...aws,
      },
      "holdfast:dr": { peer: "blue", active: false, ...dr },
    },
  });
const problems = (own: object, dr: object, peer: string | undefined) =>
  problemsOnAws({ ...own }, { dr: { peer: "west", ...dr } }, peerFrom("west", peer));

describe("a stack that has a peer", () => {
  test("is accepted beside one that stands by", () => {
    expect(problems({}, {}, fileOf({}))).toEqual([]);
  });

  test.each([
    [
      "both of them active",
      problems({}, {}, fileOf({}, { active: true })),
      "dr.active",
      /false, because Pulumi\.west\.yaml says that west is active/,
    ],
    ["in the same region", problems({ region: "us-west-2" }, {}, fileOf({})), "aws.region", /another region/],
    [
      "with overlapping networks",
      problems({}, {}, fileOf({ network: { cidr: "10.20.128.0/20" } })),
      "aws.network.cidr",
      /apart from those of west, 10\.20\.128\.0\/20/,
    ],
    [
      "with the same bucket",
      problems({}, {}, fileOf({ backups: { bucket: LEAST.backups.bucket } })),
      "aws.backups.bucket",
      /example-backups is one of the cluster "west"/,
    ],
    [
      "with the bucket of the other one's copy",
      problems(
        { backups: { bucket: "west-backups-replica" } },
        {},
        fileOf({ backups: { bucket: "west-backups", replica: "us-east-1" } }),
      ),
      "aws.backups.bucket",
      /west-backups-replica is one of the cluster "west"/,
    ],
    [
      "under another name",
      problems({ dns: { zone: "Z0123456789ABC", service: "db.example.com" } }, {}, fileOf({})),
      "aws.dns",
      /the name and the zone of west/,
    ],
    [
      "that names another one",
      problems({}, {}, fileOf({}, { peer: "green" })),
      "dr.peer",
      /Pulumi\.west\.yaml names green/,
    ],
    ["whose file is not there", problems({}, {}, undefined), "dr.peer", /no Pulumi\.west\.yaml beside/],
    [
      "whose file is not sound",
      problems({}, {}, "config: { holdfast:platform: aws }"),
      "dr.peer",
      /that of Pulumi\.west\.yaml is not/,
    ],
    [
      "rebuilt from backups that are copied nowhere",
      problems({}, { fromBackups: true, active: false }, fileOf({})),
      "dr.fromBackups",
      /west copies west-backups nowhere/,
    ],
    [
      "rebuilt from backups that are copied elsewhere",
      problems(
        {},
        { fromBackups: true, active: false },
        fileOf({ backups: { bucket: "west-backups", replica: "eu-west-1" } }),
      ),
      "dr.fromBackups",
      /to eu-west-1/,
    ],
  ])("is refused %s", (_, found, path, allowed) => {
    expect(found.map((problem) => problem.path)).toEqual([path]);
    expect(found[0]?.allowed).toMatch(allowed);
  });

  test("is rebuilt from what the other one copies to its region", () => {
    const copied = fileOf({ backups: { bucket: "west-backups", replica: "us-east-1" } });
    expect(problems({}, { fromBackups: true, active: false }, copied)).toEqual([]);
  });
});

describe("the name of a peer", () => {
  test.each([
    [{ dr: { peer: "west" } }, "west"],
    [{ dr: { active: true } }, undefined],
    [{ dr: "west" }, undefined],
    [{}, undefined],
  ])("in %j is %s", (raw, name) => {
    expect(peerNameIn(raw)).toBe(name);
  });
});
