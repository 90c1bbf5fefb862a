#!/usr/bin/env bash
# Ends the engine's `destroy` at its first step. Protection of single resources does not: the engine leaves those, and
# takes all the others away. Arguments: the stack's name.
set -euo pipefail
cat >&2 <<EOF
the stack "$1" is protected; nothing was destroyed
next: if it is to go, say so in an update of its own: pulumi config set --stack $1 --path holdfast:aws.protect false; pulumi up --stack $1. Then destroy it. Its backups and keys stay all the same.
EOF
exit 1
