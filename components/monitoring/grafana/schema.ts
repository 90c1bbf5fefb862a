import { z } from "zod";
import { text } from "../../fields.ts";

const address = () =>
  text(
    /^https:\/\/[a-z0-9.-]+(:\d{1,5})?(\/[\w.~/-]*)?$/,
    "an address that begins with https://, like https://grafana.example.com",
  );

const part = (example: string) =>
  text(/^[A-Za-z0-9][\w./-]*$/, `a name of the archive's own, like ${example}`);

const archiveSchema = z
  .strictObject({
    url: address()
      .default("https://apt.grafana.com")
      .describe("Where the archive begins; by default Grafana's own. A copy within is one, too."),
    suite: part("stable").default("stable").describe("Its suite."),
    component: part("main").default("main").describe("Its component."),
    keyUrl: address()
      .default("https://apt.grafana.com/gpg.key")
      .describe("Where hosts get the key from that it is signed with."),
    keyFingerprint: text(
      /^[0-9A-F]{40}$/,
      "the fingerprint of a key: 40 digits and letters from A to F, in upper case and without spaces",
    )
      .default("B53AE77BADB630A683046005963FA27710458545")
      .describe("Of that key: no other one is taken, whatever comes from there. By default Grafana's own."),
  })
  .describe("An archive for apt, which gives the package grafana and no other. Only for the source archive.");

export const grafanaSchema = z
  .strictObject({
    source: z
      .enum(["archive", "host"])
      .default("archive")
      .describe(
        "Where Grafana comes from: an archive of its own, or what hosts have already, in their image or their archives; Debian has none. With monitoring.grafana: {} there is a Grafana, and without it there is not.",
      ),
    archive: archiveSchema.prefault({}),
    url: address()
      .optional()
      .describe(
        "Where people's browsers find it, as an alert's link begins; by default the operations host, by its name in the cluster's domain.",
      ),
  })
  .describe("Grafana on the operations host, with a dashboard for each subject; by default there is none.");
export type GrafanaConfig = z.infer<typeof grafanaSchema>;
