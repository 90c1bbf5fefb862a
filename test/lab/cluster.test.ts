import { afterAll, beforeAll, describe } from "vitest";
import { backupTests } from "./subjects/backups.ts";
import { certificateTests } from "./subjects/certificates.ts";
import { changeTests } from "./subjects/changes.ts";
import { commandTests } from "./subjects/commands.ts";
import { destroyTests } from "./subjects/destroy.ts";
import { driftTests } from "./subjects/drift.ts";
import { endpointTests } from "./subjects/endpoints.ts";
import { etcdTests } from "./subjects/etcd.ts";
import { failoverTests } from "./subjects/failover.ts";
import { inspectionTests } from "./subjects/inspection.ts";
import { jobTests } from "./subjects/jobs.ts";
import { manifestTests } from "./subjects/manifests.ts";
import { monitoringTests } from "./subjects/monitoring.ts";
import { operationTests } from "./subjects/operations.ts";
import { platformTests } from "./subjects/platform.ts";
import { recoveryTests } from "./subjects/recovery.ts";
import { refusalTests } from "./subjects/refusals.ts";
import { reportTests } from "./subjects/report.ts";
import { restoreTests } from "./subjects/restores.ts";
import { rolesTests } from "./subjects/roles.ts";
import { securityTests } from "./subjects/security.ts";
import { upTests } from "./subjects/up.ts";
import { Lab, type Ran } from "./support/lab.ts";
import { labName, removeLeftovers } from "./support/machine.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" } };

/** One lab for all of these, from its first update to its end: building it is what takes the time. */
describe("a cluster on this machine", () => {
  const lab = new Lab(labName());
  let first: Ran | undefined;

  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure(SETTINGS);
    first = await lab.holdfast("up");
    if (first.code !== 0) {
      throw new Error(`the lab ${lab.name} did not come up:\n${first.stdout}\n${first.stderr}`);
    }
  });
  afterAll(() => lab.remove());

  upTests(lab, () => {
    if (first === undefined) throw new Error("the first update did not run");
    return first;
  });
  commandTests(lab);
  inspectionTests(lab);
  driftTests(lab);
  endpointTests(lab);
  securityTests(lab);
  changeTests(lab, SETTINGS);
  operationTests(lab, SETTINGS);
  jobTests(lab);
  monitoringTests(lab);
  restoreTests(lab);
  manifestTests(lab);
  reportTests(lab);
  recoveryTests(lab);
  etcdTests(lab);
  backupTests(lab);
  rolesTests(lab, SETTINGS);
  refusalTests(lab);
  platformTests(lab);
  failoverTests(lab);
  // Last, because the authority of before does not come back.
  certificateTests(lab, SETTINGS);
  destroyTests(lab);
});
