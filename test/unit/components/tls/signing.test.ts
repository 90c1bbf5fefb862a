import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../../../components/tls/authority.ts";
import type { Identity } from "../../../../components/tls/identities.ts";
import { carryOut, signingOrderSchema } from "../../../../components/tls/signing.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-signing-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const openssl = (...args: string[]): string =>
  execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** A key and a request for it, as the agent makes them on a host. */
function request(name: string, subject: string): string {
  openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", at(`${name}.key`));
  return openssl("req", "-new", "-key", at(`${name}.key`), "-subj", `/CN=${subject}`);
}

const service: Identity = {
  path: "/etc/postgresql/tls/server",
  owner: "postgres:postgres",
  commonName: "db-1.example.com",
  dnsNames: ["db-1.example.com", "writer.example.com"],
  addresses: ["10.20.0.11", "127.0.0.1"],
  uses: ["server", "client"],
};
const login: Identity = {
  path: "/etc/postgresql/tls/replicator",
  owner: "postgres:postgres",
  commonName: "replicator",
  dnsNames: [],
  addresses: [],
  uses: ["client"],
};

let authority: Authority;
let certificates: Readonly<Record<string, string>>;

const order = (requests: string, identities: readonly Identity[], by: Authority = authority) =>
  carryOut(
    signingOrderSchema.parse({
      order: "certificates",
      authority: by,
      requests,
      identities,
      days: 90,
      generation: "1",
    }),
  );

beforeAll(async () => {
  authority = await createAuthority("test", 3650, 1);
  writeFileSync(at("ca.crt"), authority.certificate);
  // What a host asks for in its request counts for nothing: names are the authority's to say.
  const requests = `${service.path}\n${request("server", "db-9.elsewhere")}${login.path}\n${request("login", "postgres")}`;
  certificates = await order(requests, [service, login]);
  writeFileSync(at("server.crt"), certificates[service.path] ?? "");
  writeFileSync(at("login.crt"), certificates[login.path] ?? "");
});

const show = (name: string, ...what: string[]) =>
  openssl("x509", "-in", at(`${name}.crt`), "-noout", ...what);

// One form for all releases of openssl.
const subject = (name: string) =>
  show(name, "-subject", "-nameopt", "RFC2253")
    .trim()
    .replace(/^subject=/, "");

describe("a signed certificate", () => {
  test.each([
    ["server", "sslserver"],
    ["server", "sslclient"],
    ["login", "sslclient"],
  ])("of the %s is one that openssl verifies as %s", (name, purpose) => {
    expect(
      openssl("verify", "-x509_strict", "-purpose", purpose, "-CAfile", at("ca.crt"), at(`${name}.crt`)),
    ).toBe(`${at(`${name}.crt`)}: OK\n`);
  });

  test("of a login serves nobody", () => {
    expect(() =>
      openssl("verify", "-purpose", "sslserver", "-CAfile", at("ca.crt"), at("login.crt")),
    ).toThrow(/unsuitable certificate purpose/);
  });

  test("carries the identity's names and addresses, and none that the host asked for", () => {
    expect(show("server", "-ext", "subjectAltName")).toContain(
      "DNS:db-1.example.com, DNS:writer.example.com, IP Address:10.20.0.11, IP Address:127.0.0.1",
    );
    expect(subject("server")).toBe("CN=db-1.example.com");
    expect(subject("login")).toBe("CN=replicator");
    expect(openssl("x509", "-in", at("login.crt"), "-noout", "-text")).not.toContain(
      "Subject Alternative Name",
    );
  });

  test("verifies for its own host and for no other", () => {
    const verify = (host: string) =>
      openssl("verify", "-verify_hostname", host, "-CAfile", at("ca.crt"), at("server.crt"));
    expect(verify("writer.example.com")).toContain(": OK");
    expect(() => verify("db-9.elsewhere")).toThrow();
  });

  test.each(["server", "login"])("of the %s signs no further ones", (name) => {
    expect(show(name, "-ext", "basicConstraints")).toContain("CA:FALSE");
    expect(show(name, "-ext", "keyUsage")).toMatch(/critical\s+Digital Signature\s*$/);
  });

  test("is good for what its identity does", async () => {
    const exporter: Identity = { ...service, path: "/etc/prometheus/tls/monitoring", uses: ["server"] };
    const signed = await order(`${exporter.path}\n${request("exporter", "x")}`, [exporter]);
    writeFileSync(at("exporter.crt"), signed[exporter.path] ?? "");
    const uses = (name: string) =>
      show(name, "-ext", "extendedKeyUsage")
        .match(/TLS Web \w+ Authentication/g)
        ?.map((use) => use.split(" ")[2]);
    expect([uses("server"), uses("login"), uses("exporter")]).toEqual([
      ["Server", "Client"],
      ["Client"],
      ["Server"],
    ]);
  });

  test("does not outlive its authority", async () => {
    const ending = await createAuthority("test", 30, 2);
    const signed = (await order(`${service.path}\n${request("ending", "x")}`, [service], ending))[
      service.path
    ];
    const end = (pem = "") => new Date(new X509Certificate(pem).validTo).getTime();
    expect(end(signed)).toBe(end(ending.certificate));
    expect(end(certificates[service.path])).toBeLessThan(end(authority.certificate));
  });

  test("belongs to the key on the host", () => {
    expect(show("server", "-pubkey")).toBe(openssl("pkey", "-in", at("server.key"), "-pubout"));
  });

  test("lives as long as the order says, from an hour ago", () => {
    // checkend answers by its exit code.
    const endsWithin = (days: number) => {
      try {
        show("server", "-checkend", String(days * 86_400));
        return false;
      } catch {
        return true;
      }
    };
    expect(endsWithin(89)).toBe(false);
    expect(endsWithin(90.1)).toBe(true);
    const started = Date.parse(show("server", "-startdate").replace("notBefore=", ""));
    expect(Math.abs(Date.now() - 60 * 60 * 1000 - started)).toBeLessThan(60_000);
  });
});

test("the authority signs certificates, but no further authorities", () => {
  expect(show("ca", "-ext", "basicConstraints")).toContain("CA:TRUE, pathlen:0");
  expect(show("ca", "-ext", "keyUsage")).toContain("Certificate Sign, CRL Sign");
});

test("another cluster's authority is not accepted", async () => {
  writeFileSync(at("other.crt"), (await createAuthority("test", 3650, 1)).certificate);
  expect(() => openssl("verify", "-CAfile", at("other.crt"), at("server.crt"))).toThrow();
});

describe("a request is refused", () => {
  test("when its own key did not sign it", async () => {
    const bytes = Buffer.from(request("forged", "db-1").replaceAll(/-----.*-----|\s/g, ""), "base64");
    // The last bytes are the signature's.
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
    await expect(order(`${service.path}\n${pem}`, [service])).rejects.toThrow(
      'the certificate request for "/etc/postgresql/tls/server" is not signed by its own key',
    );
  });

  test("when the host did not send it", async () => {
    await expect(order(`${service.path}\n${request("alone", "x")}`, [service, login])).rejects.toThrow(
      'the host sent no certificate request for "/etc/postgresql/tls/replicator"',
    );
  });
});

test("requests are found by their paths, whatever else a host prints between them", async () => {
  const printed = [
    "warning: /not/a request",
    login.path,
    request("second", "x"),
    "",
    "sudo: unable to resolve host",
    service.path,
    request("first", "x"),
  ].join("\n");
  const signed = await order(printed, [service, login]);
  const keyIn = (name: string, certificate = "") => {
    writeFileSync(at(`${name}.crt`), certificate);
    return show(name, "-pubkey");
  };
  expect(keyIn("first", signed[service.path])).toBe(openssl("pkey", "-in", at("first.key"), "-pubout"));
  expect(keyIn("second", signed[login.path])).toBe(openssl("pkey", "-in", at("second.key"), "-pubout"));
});

test("an authority is made by an order of its own", async () => {
  const made = await carryOut({ order: "authority", cluster: "orders", days: 30, generation: 1 });
  expect(made["key"]).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  writeFileSync(at("made.crt"), made["certificate"] ?? "");
  expect(subject("made")).toBe("CN=Holdfast orders certificate authority");
});
