import type { Cluster, Redis as Single } from 'ioredis';

/**
 * One server (alone, or the one that Sentinel names) or a cluster. Whoever uses it keeps to what both can do: the keys of
 * one command, script, pipeline or transaction carry the same hash tag; what has no key goes to each node (each-node.ts).
 */
export type Redis = Single | Cluster;
