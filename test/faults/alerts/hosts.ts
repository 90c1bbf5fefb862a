import { BARMAN } from "../../../components/barman/names.ts";
import { type Drill, notice, page } from "./drill.ts";
import { edited, filled } from "./tools.ts";

export const diskFull: Drill = {
  fault: "the operations host's volume filled, but for 6 %",
  alerts: [page("DiskSpaceCritical", { about: () => "ops-1" })],
  inject: (scene) => filled(scene, "ops-1", 6),
};

/** More than WAL takes of it that waits for a bucket meanwhile. */
export const diskLow: Drill = {
  fault: "the operations host's volume filled, but for 17 %",
  alerts: [notice("DiskSpaceLow", 400)],
  inject: (scene) => filled(scene, "ops-1", 17),
};

/** One that nobody shows to anybody but in a base backup. */
export const certificateEnds: Drill = {
  fault: "a certificate that ends tomorrow",
  alerts: [
    page("CertificateExpiresSoon", { seconds: 85, why: "hosts look at their certificates once a minute" }),
  ],
  inject: (scene) =>
    edited(scene, {
      host: "ops-1",
      path: `${BARMAN.tls}/${BARMAN.manifest}.crt`,
      by: "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=drill -days 1",
    }),
};

/** All others are started again without end. */
export const unitFails: Drill = {
  fault: "sshd with a setting that it does not know, restarted",
  alerts: [notice("UnitFailed", 130)],
  inject: async (scene) => {
    const setting = "/etc/ssh/sshd_config.d/drill.conf";
    scene.atEnd(() =>
      scene.inside("proxy-2", `rm -f ${setting}\nsystemctl reset-failed ssh || true\nsystemctl start ssh`),
    );
    await scene.inside("proxy-2", `echo 'NoSuchSetting yes' >${setting}\nsystemctl restart ssh || true`);
  },
};
