import Table from "cli-table3";
import { report, UserError } from "../report.ts";
import { findLabs, isLeftover, isTestLab, type Lab } from "../stack/labs.ts";
import { removeLab } from "../stack/remove-lab.ts";
import { agreed } from "./consent.ts";

export async function labList(json: boolean): Promise<void> {
  const labs = await findLabs();
  process.stdout.write(json ? `${JSON.stringify(labs, null, 2)}\n` : renderLabs(labs));
}

export interface CleanOptions {
  readonly yes?: true;
  readonly force?: true;
}

/** Removes labs whose end the engine cannot bring any more: those that crashed tests left, or the named ones. */
export async function labClean(names: readonly string[], { yes, force }: CleanOptions): Promise<void> {
  const chosen = labsToRemove(await findLabs(), names, force ?? false);
  if (chosen.length === 0) {
    process.stdout.write("Nothing to clean: no crashed test left a lab.\n");
    return;
  }
  process.stdout.write(`This goes, and no backup of it is made:\n${chosen.map(whatGoes).join("")}`);
  await agreed(yes ? { yes } : {}, "all of this is REMOVED");
  for (const { name } of chosen) {
    report(`removing ${name}`);
    await removeLab(name);
  }
  const left = (await findLabs()).filter((lab) => chosen.some(({ name }) => name === lab.name));
  if (left.length > 0) {
    throw new UserError(`something is left:\n${left.map(whatGoes).join("")}`, "run the command again");
  }
  process.stdout.write(`removed: ${chosen.map(({ name }) => name).join(", ")}\n`);
}

/** The named labs, or those that crashed tests left; refuses what somebody may still need: pure. */
export function labsToRemove(labs: readonly Lab[], names: readonly string[], force: boolean): readonly Lab[] {
  if (names.length === 0) return labs.filter(isLeftover);
  return names.map((name) => {
    const lab = labs.find((each) => each.name === name);
    if (lab === undefined) {
      throw new UserError(
        `there is no lab "${name}" on this machine`,
        labs.length === 0
          ? "there is none at all"
          : `name one of: ${labs.map((each) => each.name).join(", ")}`,
      );
    }
    if (!force && lab.test === "running") {
      throw new UserError(
        `the test that made the lab "${name}" still runs`,
        "wait for its end, or add --force",
      );
    }
    if (!force && lab.known && !isLeftover(lab)) {
      throw new UserError(
        `this checkout knows the lab "${name}", and the engine can destroy it in order`,
        `export PULUMI_STACK=${name} && . ./activate && pulumi destroy; where that fails, add --force`,
      );
    }
    return lab;
  });
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function whatGoes(lab: Lab): string {
  const parts = [
    `${counted(lab.running + lab.stopped, "host")} (${lab.running} running)`,
    `${counted(lab.volumes, "volume")} with all data`,
    counted(lab.networks, "network"),
    ...(isTestLab(lab.name) ? ["its object store", "its file"] : []),
    ...(lab.known ? ["what this checkout's state has of it"] : []),
  ];
  return `  ${lab.name}, ${whose(lab)}: ${parts.join(", ")}\n`;
}

function whose(lab: Lab): string {
  if (lab.test === "gone") return "left by a test whose process is gone";
  if (lab.test === "running") return "of a test that runs";
  return lab.known ? "this checkout's" : "another checkout's";
}

/** For people: pure. */
export function renderLabs(labs: readonly Lab[]): string {
  if (labs.length === 0) return "No lab is on this machine.\n";
  const table = new Table({
    head: ["lab", "hosts", "volumes", "made (UTC)", "whose"],
    style: { head: [], border: [] },
  });
  for (const lab of labs) {
    const stopped = lab.stopped > 0 ? `, ${lab.stopped} stopped` : "";
    table.push([
      lab.name,
      `${lab.running} running${stopped}`,
      lab.volumes,
      lab.made?.slice(0, 19) ?? "",
      whose(lab),
    ]);
  }
  return `${table.toString()}\n`;
}
