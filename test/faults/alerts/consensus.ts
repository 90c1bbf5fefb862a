import { etcdctlOptions } from "../../../components/etcd/render.ts";
import { type Drill, notice, page } from "./drill.ts";
import { stopped } from "./tools.ts";

export const quorumLost: Drill = {
  fault: "two members of etcd stopped",
  alerts: [page("EtcdNoQuorum"), notice("FailsafeModeActive", 90)],
  inject: stopped("etcd", ({ standbys }) => standbys),
};

export const memberStopped: Drill = {
  fault: "a member of etcd stopped",
  alerts: [notice("EtcdMemberDown", 90)],
  inject: stopped("etcd", ({ standbys: [standby] }) => [standby]),
};

const ETCDCTL = `etcdctl --command-timeout=30s ${etcdctlOptions(["127.0.0.1"])}`;
const MEGABYTES = 48;

export const databaseFilled: Drill = {
  fault: `${MEGABYTES} MB of foreign keys in etcd`,
  alerts: [notice("EtcdDatabaseLarge", 400)],
  inject: async (scene) => {
    const { leader, standbys } = scene;
    scene.atEnd(async () => {
      await scene.inside(
        leader,
        `${ETCDCTL} del --prefix /drill/ >/dev/null
revision=$(${ETCDCTL} endpoint status --write-out json | jq '.[0].Status.header.revision')
${ETCDCTL} compaction --physical "$revision" >/dev/null`,
      );
      // Room in the file is given back by each member, one after the other: it answers nobody meanwhile.
      for (const member of [...standbys, leader]) await scene.inside(member, `${ETCDCTL} defrag >/dev/null`);
    });
    await scene.inside(
      leader,
      `for key in {1..${MEGABYTES}}; do
  head --bytes 1000000 /dev/zero | tr '\\0' x | ${ETCDCTL} put "/drill/$key" >/dev/null
done`,
    );
  },
};
