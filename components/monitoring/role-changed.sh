# shellcheck shell=bash
# Patroni calls it: role-changed on_role_change ROLE CLUSTER. Of a change of leader people hear at once, and not when they look.
# Variables: tell, host, alert.
case ${2:-} in
primary | master)
  exec "$tell" "$alert" notice "$host leads the cluster $3 now" "Patroni has made $host the primary. Whoever did not order that looks why: ./holdfast logs $host patroni"
  ;;
esac
