import type { TlsConfig } from "./schema.ts";

/**
 * Which period of renewals this moment is in. Every certificate is signed anew when the number changes, so none is
 * ever closer to its end than `renewBeforeDays`, and nothing needs to be read back from a host to know it.
 */
export function renewalPeriod(now: Date, certificateDays: number, renewBeforeDays: number): number {
  return Math.floor(now.getTime() / (24 * 60 * 60 * 1000) / (certificateDays - renewBeforeDays));
}

/**
 * What a certificate is of: when it changes, every certificate is signed anew. That the trusted authorities are part of
 * it is for Patroni's sake: it reads them again only together with a certificate of another serial number.
 */
export function certificateGeneration(tls: TlsConfig, now: Date): string {
  const period = renewalPeriod(now, tls.certificateDays, tls.renewBeforeDays);
  return `period ${period}, generation ${tls.generation}, authorities ${tls.authorities.join(" ")}`;
}
