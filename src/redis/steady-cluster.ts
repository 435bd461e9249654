import { Cluster } from 'ioredis';
import type { ClusterNode } from 'ioredis';

export type SteadyOptions = NonNullable<ConstructorParameters<typeof Cluster>[1]>;

const CONNECT_MS = 3000;

/**
 * A cluster whose `connect` always ends. Two parts of BullMQ may connect a worker's blocking connection at the same moment
 * after a failover; the promise of one of them then stays open for good, and with it the worker, though the connection stands.
 */
export class SteadyCluster extends Cluster {
  readonly #nodes: ClusterNode[];

  constructor(nodes: ClusterNode[], options: SteadyOptions) {
    super(nodes, options);
    this.#nodes = nodes;
  }

  override connect(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => {
        if (this.status === 'ready') resolve();
        else reject(new Error('The cluster does not answer in time'));
      }, CONNECT_MS).unref();
    });
    return Promise.race([super.connect(), limit]).finally(() => clearTimeout(timer));
  }

  override duplicate(nodes: ClusterNode[] = [], options: SteadyOptions = {}): SteadyCluster {
    return new SteadyCluster(nodes.length > 0 ? nodes : this.#nodes, {
      ...this.options,
      ...options,
    });
  }
}
