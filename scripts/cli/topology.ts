import { writeFile } from "node:fs/promises";
import Table from "cli-table3";
import type { Topology } from "../../components/model.ts";
import { renderMermaid } from "../generate/mermaid.ts";
import { renderTopologySvg } from "../generate/topology-svg.ts";
import { messageOf, UserError } from "../report.ts";
import { planStack } from "../stack/configuration.ts";

export interface TopologyOptions {
  readonly stack: string;
  readonly svg?: string;
  readonly mermaid?: true;
  readonly json?: true;
}

type Shown = Pick<Topology, "hosts" | "flows">;

/** The flow table of a stack, from its configuration alone. */
export async function topology(options: TopologyOptions): Promise<void> {
  const { topology: planned } = (await planStack(options.stack)).plan;
  if (options.svg !== undefined) {
    await writePicture(options.svg, planned);
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ hosts: planned.hosts, flows: planned.flows }, null, 2)}\n`);
  } else if (options.mermaid) {
    process.stdout.write(`${renderMermaid(planned)}\n`);
  } else if (options.svg !== undefined) {
    process.stdout.write(`the picture is in ${options.svg}\n`);
  } else {
    process.stdout.write(topologyAsTable(planned));
  }
}

async function writePicture(file: string, planned: Shown): Promise<void> {
  try {
    await writeFile(file, renderTopologySvg(planned));
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`, "name another file with --svg", {
      cause: error,
    });
  }
}

/** For people: pure. */
export function topologyAsTable({ hosts, flows }: Shown): string {
  const table = new Table({
    head: ["from", "to", "port", "purpose", "how it proves who it is"],
    style: { head: [], border: [] },
  });
  for (const { from, to, port, purpose, authentication } of flows) {
    table.push([from, to, port, purpose, authentication]);
  }
  const machines = hosts.map(
    ({ name, role, zone, address }) => `${name} (${role}, zone ${zone}, ${address})`,
  );
  return `${table.toString()}\n${machines.join("\n")}\n`;
}
