// Loaded before the program (Pulumi.yaml, nodeargs). The SDK loads TypeScript and npm's resolver at its start, for
// functions that are sent to a cloud as code. There are none here, and the two are half of a second of each preview and
// each update: they are loaded when somebody asks them for something.
const Module = require("node:module");

const LATER = /^(@npmcli\/arborist|(\.\.\/)*typescript-shim)$/;
const load = Module._load;

Module._load = function lazily(request, parent, isMain) {
  const now = () => load.call(this, request, parent, isMain);
  if (!LATER.test(request)) return now();
  let module;
  return new Proxy(
    {},
    {
      get(_, name) {
        // Asked at once by compiled imports, which would otherwise copy all that is in there.
        if (name === "__esModule") return true;
        module ??= now();
        return module[name];
      },
    },
  );
};
