/** The lab's object store: its name in the cache of built programs carries the version. */
export const OBJECT_STORE = { version: "1.8.0", program: "versitygw-1.8.0", port: 7070 } as const;
