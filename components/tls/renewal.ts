/**
 * Which period of renewals this moment is in. Every certificate is signed anew when the number changes, so none is
 * ever closer to its end than `renewBeforeDays`, and nothing needs to be read back from a host to know it.
 */
export function renewalPeriod(now: Date, certificateDays: number, renewBeforeDays: number): number {
  return Math.floor(now.getTime() / (24 * 60 * 60 * 1000) / (certificateDays - renewBeforeDays));
}
