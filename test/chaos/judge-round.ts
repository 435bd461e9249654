/** What a round has to end with: each message of its client once, and of a return its explanation once. */
import type { RoundKind } from './kill-points.ts';
import type { MessageKind, Ref, Scene } from './scene.ts';

export type Verdict = 'once' | 'lost' | 'duplicate' | 'stuck' | 'not-prepared';

const EXPECTED: Readonly<Record<RoundKind, readonly MessageKind[]>> = {
  request: ['request'],
  reminder: ['request', 'reminder'],
  notice: ['notice'],
  closing: ['request', 'reminder', 'notice'],
  answered: ['request', 'notice'],
  reopened: ['notice', 'goes-on'],
  returned: [],
};

export function judge(scene: Scene, kind: RoundKind, ref: Ref, settled: boolean): Verdict {
  const received = scene.received(ref);
  // On a bare ticket nothing else is said to the staff.
  const explained = kind === 'returned' ? scene.comments(ref).length : 1;
  if (explained === 0 || EXPECTED[kind].some((one) => !received.includes(one))) return 'lost';
  if (explained > 1 || received.length > EXPECTED[kind].length) return 'duplicate';
  return settled ? 'once' : 'stuck';
}
