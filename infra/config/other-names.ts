/** Keys that people bring along from elsewhere, and what takes their place here. */
const TIMINGS = "availability.rto (fast, normal or safe) sets all of these times together";
const DURABILITY = "availability.durability (strict, preferred or async) says what a commit is worth";
const PASSWORDS =
  "passwords are generated: pulumi stack output passwords --show-secrets prints them once the cluster is there";
const MEMBERS = "hosts.database.count (3 or 5) says how many members there are";
const OTHER_NAMES: Readonly<Record<string, string>> = {
  instances: MEMBERS,
  loop_wait: TIMINGS,
  loopwait: TIMINGS,
  maximum_lag_on_failover: TIMINGS,
  method: "auth says how clients prove who they are",
  nodes: MEMBERS,
  parameters: "settings is the group of the server's parameters",
  passphrase: PASSWORDS,
  password: PASSWORDS,
  passwords: PASSWORDS,
  primary_start_timeout: TIMINGS,
  replicas: MEMBERS,
  retry_timeout: TIMINGS,
  retrytimeout: TIMINGS,
  secret: PASSWORDS,
  synchronous_commit: DURABILITY,
  synchronous_mode: DURABILITY,
  synchronous_mode_strict: DURABILITY,
  ttl: TIMINGS,
};

/** What the user of such a key has to know; undefined for keys that nothing is known of. */
export const takenPlaceBy = (key: string): string | undefined => {
  const name = key.toLowerCase();
  return Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
};

/** Whether the value of such a key is one that nobody should read in a message. */
export const holdsSecret = (key: string): boolean => /pass(word|phrase)|secret|token/i.test(key);
