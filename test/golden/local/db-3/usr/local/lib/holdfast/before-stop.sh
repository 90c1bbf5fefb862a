# Managed by Holdfast.
bin_dir=/usr/lib/postgresql/17/bin
data_dir=/srv/data/postgresql/17

# shellcheck shell=bash
# Variables: data_dir, bin_dir. Patroni runs this, as the server's user, before it stops the server.
#
# After telling the server to stop, Patroni looks once a second whether it has, and keeps the leader's key meanwhile:
# in a handover, when clients wait at the proxies, that second is most of what they wait for. So there the server is
# stopped here, which is noticed at once. At any other time Patroni may be in a hurry to stop a server that has lost
# the key, and nothing may come between: only a mark that is a few seconds old counts.
mark=/run/holdfast/handover
[[ -n $(find "$mark" -newermt '-20 seconds' 2>/dev/null) ]] || exit 0
exec timeout 10 "$bin_dir/pg_ctl" stop --silent --mode fast --pgdata "$data_dir" --timeout 8
