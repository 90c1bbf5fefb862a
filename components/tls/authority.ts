// The X.509 library registers its parts by decorators and needs this before it is loaded.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Identity } from "./identities.ts";

/** Private key (PKCS #8) and certificate of a cluster's own certificate authority, both as PEM. */
export interface Authority {
  readonly key: string;
  readonly certificate: string;
}

/** ECDSA on P-256 with SHA-256: what every client library verifies, and what SCRAM channel binding supports. */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 24 * 60 * 60 * 1000;
/** Certificates start an hour early, so that a host whose clock is behind accepts them. */
const CLOCK_MARGIN = 60 * 60 * 1000;

x509.cryptoProvider.set(webcrypto);

const EXTENDED_USES = {
  server: x509.ExtendedKeyUsage.serverAuth,
  client: x509.ExtendedKeyUsage.clientAuth,
} as const;

/** Makes a certificate authority that is valid for `days` from now. Of a cluster's authorities each has its number. */
export async function createAuthority(cluster: string, days: number, number: number): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`Holdfast ${cluster} certificate authority${number === 1 ? "" : ` ${number}`}`] }],
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(now - CLOCK_MARGIN),
    notAfter: new Date(now + days * DAY),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    key: x509.PemConverter.encode(key, "PRIVATE KEY"),
    certificate: `${certificate.toString("pem")}\n`,
  };
}

/**
 * Signs a host's request for `days` from now. Of the request only the public key is taken, and that its sender
 * holds the private one; names and uses are the authority's to say.
 */
export async function signRequest(
  authority: Authority,
  request: string,
  identity: Identity,
  days: number,
): Promise<string> {
  const csr = new x509.Pkcs10CertificateRequest(request);
  if (!(await csr.verify())) {
    throw new Error(`the certificate request for "${identity.path}" is not signed by its own key`);
  }
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await webcrypto.subtle.importKey(
    "pkcs8",
    x509.PemConverter.decodeFirst(authority.key),
    ALGORITHM,
    false,
    ["sign"],
  );
  const now = Date.now();
  const names: x509.JsonGeneralNames = [
    ...identity.dnsNames.map((value) => ({ type: "dns" as const, value })),
    ...identity.addresses.map((value) => ({ type: "ip" as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [identity.commonName] }],
    issuer: issuer.subject,
    publicKey: csr.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(now - CLOCK_MARGIN),
    // No certificate outlives its authority.
    notAfter: new Date(Math.min(now + days * DAY, issuer.notAfter.getTime())),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(identity.uses.map((use) => EXTENDED_USES[use])),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(csr.publicKey),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}
