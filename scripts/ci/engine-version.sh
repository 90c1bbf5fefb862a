#!/usr/bin/env bash
# Prints version=VERSION: of the engine that the program is tested with, from the one place that says it.
set -euo pipefail
cd "$(dirname "$0")/../.."
node --import tsx --input-type=module --eval '
  import { VERSIONS } from "./scripts/engine/versions.ts";
  console.log("version=" + VERSIONS.pulumi);
'
