import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** As `agent keys` answers: a line with the path, then a certificate request, for each line that it reads. */
export async function certificateRequests(asked: string): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const answers = asked
    .trim()
    .split("\n")
    .map(async (line) => {
      const [path, , name] = line.split(" ");
      const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
      const request = await x509.Pkcs10CertificateRequestGenerator.create({
        name: `CN=${name}`,
        keys,
        signingAlgorithm: algorithm,
      });
      return `${path}\n${request.toString("pem")}\n`;
    });
  return (await Promise.all(answers)).join("");
}
