# shellcheck shell=bash
# Barman runs it before it takes a WAL file into its catalogue, and again until it succeeds. The file gets a second name
# in the queue of the bucket: nothing is copied, and nothing but a full disk can stand in its way.
# Variables: queue (folder).
set -euo pipefail
name=$BARMAN_SEGMENT
folder=$(dirname "$(dirname "$BARMAN_FILE")")/wals
# What is in the catalogue has been here before: it comes from the stream and from archive_command.
if [[ $name =~ ^[0-9A-F]{24}$ ]]; then folder+=/${name:0:16}; fi
if [[ -e $folder/$name ]]; then exit 0; fi
ln --force "$BARMAN_FILE" "$queue/$name"
