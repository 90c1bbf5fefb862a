import { VERSIONS } from "../../versions.ts";
import { provider } from "../rpc/provider.ts";
import { serve } from "../rpc/server.ts";
import { randomPassword } from "./password.ts";

await serve(
  provider({
    version: VERSIONS.random,
    kinds: { "random:index/randomPassword:RandomPassword": randomPassword },
    // Nothing here takes long enough to be interrupted.
    cancel: () => {},
  }),
);
