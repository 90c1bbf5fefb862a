import { describe, expect, test } from "vitest";
import { renderBundle } from "../../../../components/remote/managed-file.ts";
import { fileChanges } from "../../../../scripts/preview/files.ts";
import { impactOf } from "../../../../scripts/preview/impact.ts";
import { type PlannedChange, planOf } from "../../../../scripts/preview/plan.ts";
import { renderPreview } from "../../../../scripts/preview/render.ts";

const HOSTS = ["db-1", "db-2", "db-3", "proxy-1", "proxy-2", "ops-1"];
const file = (path: string, content: string) => ({ path, owner: "root:root", mode: "0644", content });
const bundle = (...files: readonly [string, string][]) =>
  renderBundle(files.map(([path, content]) => file(path, content)));

const change = (
  kind: PlannedChange["kind"],
  name: string,
  before: PlannedChange["before"] = {},
  after: PlannedChange["after"] = {},
): PlannedChange => ({ kind, name, urn: `urn:pulumi:local::holdfast::type::${name}`, before, after });

describe("the engine's preview", () => {
  test("gives one change a resource, a replacement as one, and neither the stack nor what stays", () => {
    const urn = (name: string) => `urn:pulumi:local::holdfast::command:local:Command::${name}`;
    const plan = planOf({
      steps: [
        { op: "same", urn: urn("image") },
        { op: "update", urn: "urn:pulumi:local::holdfast::pulumi:pulumi:Stack::holdfast-local" },
        { op: "delete-replaced", urn: urn("db-1-host"), oldState: { inputs: { a: 1 } } },
        {
          op: "replace",
          urn: urn("db-1-host"),
          oldState: { inputs: { a: 1 } },
          newState: { inputs: { a: 2 } },
        },
        { op: "create-replacement", urn: urn("db-1-host"), newState: { inputs: { a: 2 } } },
      ],
    });
    expect(plan).toEqual([
      { kind: "replace", urn: urn("db-1-host"), name: "db-1-host", before: { a: 1 }, after: { a: 2 } },
    ]);
  });
});

describe("the files that change", () => {
  const before = { stdin: bundle(["/etc/a.conf", "one\ntwo\nthree\nfour\n"], ["/etc/old", "x\n"]) };
  const after = { stdin: bundle(["/etc/a.conf", "one\n2\nthree\nfour\n"], ["/etc/new", "y\n"]) };

  test("are shown by their lines, once for all hosts on which they change alike", () => {
    const found = fileChanges([
      change("update", "db-1-etcd-files", before, after),
      change("update", "db-2-etcd-files", before, after),
    ]);
    expect(found).toEqual([
      { path: "/etc/a.conf", hosts: ["db-1", "db-2"], lines: [" one", "-two", "+2", " three", " four"] },
      { path: "/etc/new is new", hosts: ["db-1", "db-2"], lines: [] },
      { path: "/etc/old goes", hosts: ["db-1", "db-2"], lines: [] },
    ]);
  });

  test("do not show secrets, whose bundle is one word for everybody", () => {
    const secret = { stdin: "[secret]" };
    expect(fileChanges([change("update", "db-1-roles-secrets", secret, secret)])).toEqual([]);
  });
});

describe("what an update does to the service", () => {
  const parameters = (text: string) => ({ environment: { PARAMETERS: text } });

  test("names the hosts of a rolling restart", () => {
    const { sentences } = impactOf(
      [
        change(
          "update",
          "postgres-restart",
          parameters("max_connections = 100"),
          parameters("max_connections = 120"),
        ),
      ],
      HOSTS,
    );
    expect(sentences).toEqual([
      "max_connections 100 → 120: rolling restart of db-1, db-2, db-3 with one switchover, about 2 s without writes",
    ]);
  });

  test("says of a new bastion that it comes first, and of no step that only goes over it", () => {
    const step = (key: string, text: string) => ({ connection: { proxy: { hostKey: key } }, stdin: text });
    const impact = impactOf(
      [
        change("replace", "bastion-host"),
        change("update", "db-1-etcd-files", step("old", "same"), step("new", "same")),
        change("update", "db-1-tls-files", step("old", "one"), step("new", "two")),
      ],
      HOSTS,
    );
    expect(impact.oneByOne).toEqual(["bastion"]);
    expect(impact.sentences).toEqual([
      expect.stringMatching(/^bastion: the machine is made anew, before all else; clients do not notice/),
      "db-1: certificates, by reload, no connection is lost",
    ]);
  });

  test("makes a bastion that somebody ended before all else, and what is new for the hosts before that", () => {
    const endpoint = change("create", "production-ssm");
    const urn =
      "urn:pulumi:p::holdfast::holdfast:aws:AwsPlatform$aws:ec2/vpcEndpoint:VpcEndpoint::production-ssm";
    const impact = impactOf(
      [change("create", "bastion-host"), change("replace", "db-1-host"), { ...endpoint, urn }],
      HOSTS,
    );
    expect(impact.oneByOne).toEqual(["db-1", "bastion"]);
    expect(impact.shared).toEqual([urn]);
  });

  test("says of replaced hosts that they go one after the other, and nothing of what is in them", () => {
    const impact = impactOf(
      [
        change("replace", "db-1-host"),
        change("replace", "db-1-etcd-files"),
        change("replace", "db-2-host"),
        change("replace", "proxy-1-host"),
      ],
      HOSTS,
    );
    expect(impact.oneByOne).toEqual(["db-1", "db-2", "proxy-1"]);
    expect(impact.sentences).toEqual([
      "db-1, db-2: the machine is made anew, its data volume stays; standbys first, one after the other, the primary after a switchover, about 2 s without writes",
      "proxy-1: the machine is made anew, one after the other; a proxy's clients go on at the other proxy",
    ]);
  });

  test("does not pretend that hosts go one by one when their network changes", () => {
    const impact = impactOf([change("replace", "network"), change("replace", "db-1-host")], HOSTS);
    expect(impact.oneByOne).toEqual([]);
    expect(impact.sentences[0]).toMatch(/made anew AT ONCE, the cluster is down/);
  });

  test("cries when data goes", () => {
    const impact = impactOf([change("delete", "db-5-volume"), change("delete", "db-5-host")], HOSTS);
    expect(impact.lostVolumes).toEqual(["db-5"]);
    expect(impact.sentences[0]).toBe("the data volume of db-5 is DELETED with everything on it");
  });

  test("is told even when it is nothing", () => {
    const plan = [change("update", "services-link")];
    expect(renderPreview(plan, fileChanges(plan), impactOf(plan, HOSTS))).toBe(
      "What this does:\n  - nothing that a client or a server notices\n\n1 resources: 1 to update\n",
    );
  });
});
