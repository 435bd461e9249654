/** What the parent of a service process tells it. */
import type { ServicePlace } from './fault.ts';

export interface ServiceTime {
  /** The portal's clock, epoch ms, as of `sentAt` by the parent's machine clock. */
  readonly now: number;
  readonly sentAt: number;
  /** The machine clock of the process is off by so much, for everything that runs in it. */
  readonly skewMs: number;
}

export type ServiceOrder = ServiceTime &
  (
    | { readonly kind: 'clock' }
    | {
        readonly kind: 'start';
        readonly role: 'web' | 'worker';
        readonly place: ServicePlace;
        /** Where a worker answers readiness and measures; null: nowhere. */
        readonly opsPort: number | null;
        readonly logLevel: string;
      }
  );

export type ServiceWord = 'loaded' | 'started' | 'told';
