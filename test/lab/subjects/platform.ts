import { describe, expect, test } from "vitest";
import { podman } from "../../../scripts/stack/containers.ts";
import { servicesName } from "../../../scripts/stack/labs.ts";
import { type Lab, wholeCluster } from "../support/lab.ts";

/** What lies below the cluster: containers with budgets, volumes, the object store and the names. */
export function platformTests(lab: Lab): void {
  const container = (host: string) => `holdfast-${lab.name}-${host}`;

  describe("a host", () => {
    test("runs a whole systemd within its budget of memory and processors", async () => {
      const { stdout } = await lab.on(
        "db-1",
        "systemctl is-system-running; systemctl --failed --plain --no-legend",
      );
      expect(stdout).toBe("running\n");
      const { stdout: limits } = await podman([
        ...["inspect", container("db-1"), "--format", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}"],
      ]);
      expect(limits).toBe(`${1024 ** 3} ${10 ** 9}`);
      expect(await lab.sql("db-1", "SHOW shared_buffers")).toBe("256MB");
    });

    test("says which kernel settings a container cannot have", async () => {
      const { stdout } = await lab.on("db-1", "cat /var/lib/holdfast/skipped");
      expect(stdout).toMatch(/^kernel vm\.overcommit_memory=2: the machine below sets it/m);
    });

    test("is replaced without its data: the volume is the new one's, and it joins again", async () => {
      const { leader, members } = await wholeCluster(lab, 60);
      const host = String(members.find((member) => member.name !== leader)?.name);
      const created = () => podman(["inspect", container(host), "--format", "{{.Id}}"]);
      const before = await created();
      await lab.on(host, "echo kept >/srv/data/mark");
      const system = "SELECT system_identifier FROM pg_control_system()";
      const identifier = await lab.sql(host, system);

      const urn = `$(pulumi stack --show-urns | grep -o 'urn:.*::${host}-host')`;
      const up = await lab.activated(`pulumi up --yes --skip-preview --suppress-outputs --replace "${urn}"`);
      expect(up.code, up.stdout).toBe(0);
      lab.forget();
      expect((await created()).stdout).not.toBe(before.stdout);
      expect((await lab.on(host, "cat /srv/data/mark")).stdout).toBe("kept\n");
      const status = await wholeCluster(lab, 60);
      expect(status.leader).toBe(leader);
      expect(await lab.sql(host, system)).toBe(identifier);
      expect((await lab.holdfast("up")).stdout).toContain("Nothing changes");
    });
  });

  describe("the services", () => {
    test("the object store answers over TLS, and only to who has its keys", async () => {
      const { objectStore, hosts } = await lab.stack();
      const { stdout: authority } = await podman([
        "exec",
        servicesName(lab.name),
        "cat",
        "/srv/data/tls/store.crt",
      ]);
      const { stdout } = await lab.on(
        "ops-1",
        `cat >/tmp/store.crt <<'PEM'\n${authority}\nPEM
         curl --silent --max-time 5 --cacert /tmp/store.crt --connect-to object-store:7070:$(echo ${objectStore} | cut -d/ -f3) \\
           https://object-store:7070/ -w '%{http_code}' -o /dev/null; rm /tmp/store.crt`,
      );
      expect(hosts.some((host) => host.name === "ops-1")).toBe(true);
      expect(stdout).toBe("403");
    });

    test("the names of the endpoints lead to both proxies", async () => {
      const { hosts, domain, objectStore } = await lab.stack();
      const services = new URL(objectStore).hostname;
      const { stdout, stderr } = await lab.on(
        "db-1",
        `python3 - <<'PY'
import dns.resolver
resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers = ["${services}"]
print(sorted(str(a) for a in resolver.resolve("writer.${domain}", "A")))
PY`,
      );
      const proxies = hosts.filter((host) => host.role === "proxy").map((host) => `'${host.address}'`);
      expect(stdout.trim(), stderr).toBe(`[${proxies.join(", ")}]`);
    });
  });
}
