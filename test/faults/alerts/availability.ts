import { type Drill, notice, page } from "./drill.ts";
import type { Scene } from "./scene.ts";
import { copiedAgainAtEnd, dies, freezes, PATRONI, stopped } from "./tools.ts";

const theStandby = ({ standbys }: Scene) => standbys[0];

export const hostKilled: Drill = {
  fault: "a proxy's host killed",
  alerts: [page("HostDown", { about: () => "proxy-2" })],
  inject: async (scene) => {
    scene.atEnd(() => scene.lab.container("start", "proxy-2"));
    await scene.lab.container("kill", "proxy-2");
  },
};

export const serverKilled: Drill = {
  fault: "a standby's server and its Patroni killed",
  alerts: [page("PostgreSQLDown", { about: theStandby })],
  inject: (scene) => dies(scene, "patroni", [scene.standbys[0]]),
};

/** Its exporter hangs with it, and so does Patroni; the host is there. */
export const serverHangs: Drill = {
  fault: "a standby's server and its Patroni frozen",
  alerts: [page("PostgreSQLDown", { about: theStandby })],
  inject: async (scene) => {
    const [standby] = scene.standbys;
    scene.atEnd(() => scene.inside(standby, "systemctl kill --signal CONT patroni"));
    await scene.inside(standby, "systemctl kill --signal STOP patroni");
  },
};

export const primarysHostKilled: Drill = {
  fault: "the primary's host killed",
  alerts: [page("NoLeader")],
  inject: async (scene) => {
    const { lab, leader } = scene;
    scene.atEnd(() => lab.container("start", leader));
    await lab.container("kill", leader);
  },
};

export const proxiesStopped: Drill = {
  fault: "HAProxy stopped on both proxies",
  alerts: [page("WriterEndpointDown")],
  inject: stopped("haproxy", () => ["proxy-1", "proxy-2"]),
};

export const proxyStopped: Drill = {
  fault: "HAProxy stopped on one proxy",
  alerts: [notice("ProxyDown", 90)],
  inject: stopped("haproxy", () => ["proxy-2"]),
};

/** Nobody writes there: proxies ask Patroni, which is silent. What it would archive of a timeline of its own stays with it. */
export const twoLeaders: Drill = {
  fault: "a standby promoted by hand, past Patroni",
  alerts: [page("TwoLeaders", { overSeconds: 240 })],
  inject: async (scene) => {
    const [standby] = scene.standbys;
    copiedAgainAtEnd(scene, standby);
    await freezes(scene, standby, PATRONI);
    await scene.inside(
      standby,
      `ask() { runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -d postgres; }
ask <<'SQL'
ALTER SYSTEM SET synchronous_standby_names = '';
ALTER SYSTEM SET archive_command = '/bin/true';
SELECT pg_reload_conf();
SQL
export -f ask
timeout 10 bash -c 'until [[ $(ask <<<"SHOW archive_command") == /bin/true ]]; do sleep 0.1; done'`,
    );
    scene.begins();
    await scene.inside(standby, "runuser -u postgres -- psql -XAtq -d postgres -c 'SELECT pg_promote()'");
  },
};
