/** When a scheduled work was last done: its next round starts there, or from the beginning when nobody remembers. */
import type { Instant } from '../core/ticket.ts';
import type { GateDeps } from './gate-deps.ts';

export interface PassKind {
  readonly name: string;
  readonly everyMs: number;
}

/** Passes are remembered by their step, this many steps. */
const STEPS = 24;

export interface LastPass {
  /** One step before the step of the last pass; null when none is remembered. */
  readonly since: Instant | null;
  /** Begin of the step of the last pass; null when none is remembered. */
  readonly step: Instant | null;
  /** The present step has had its pass. */
  readonly isFresh: boolean;
}

const markOf = ({ name, everyMs }: PassKind, at: Instant): string =>
  `pass@${name}@${Math.floor(at / everyMs)}`;

export async function lastPass(
  portalId: string,
  kind: PassKind,
  deps: GateDeps,
): Promise<LastPass> {
  const now = deps.clock.now();
  const steps = Array.from({ length: STEPS }, (_, back) => now - back * kind.everyMs);
  const marks = steps.map((at) => markOf(kind, at));
  const unseen = await deps.state.unseen(portalId, marks);
  const back = marks.findIndex((mark) => !unseen.has(mark));
  const at = steps[back];
  if (at === undefined) return { since: null, step: null, isFresh: false };
  const step = Math.floor(at / kind.everyMs) * kind.everyMs;
  return { since: step - kind.everyMs, step, isFresh: back === 0 };
}

export async function notePass(portalId: string, kind: PassKind, deps: GateDeps): Promise<void> {
  const now = deps.clock.now();
  const pass = { mark: markOf(kind, now), movedAt: now + 2 * STEPS * kind.everyMs };
  await deps.state.markSeen(portalId, [pass], 0);
}
