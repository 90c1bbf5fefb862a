/** Where a host's data volume is mounted: the database and etcd live below it and outlive the host. */
export const DATA_ROOT = "/srv/data";
