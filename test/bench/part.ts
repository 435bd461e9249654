/** What a section of the benchmark is: each runs in a process and with a Redis of its own. */
import type { Section } from './report.ts';

export interface PartContext {
  /** A fresh redis-server (append-only file, noeviction) that nothing else uses. */
  readonly redisUrl: string;
  /** `--size`: tickets of the large storm, or whatever the part counts; null: the usual. */
  readonly size: number | null;
}

export interface Part {
  /** What `--only` calls it. */
  readonly name: string;
  readonly about: string;
  /** False: only when it is named. */
  readonly byDefault: boolean;
  /** It waits for the portal's limits most of the time and counts requests: run beside others of this kind, after all that measure time. */
  readonly waits: boolean;
  measure(context: PartContext): Promise<Section>;
}

export type PartMessage =
  | { readonly kind: 'measured'; readonly section: Section }
  | { readonly kind: 'failed'; readonly why: string };
