/** Which buttons of the panel mean something now. The actions themselves check again. */
import type { CardAction, CardState } from '../../core/card-state.ts';
import { isCountingDown } from '../../core/decide-silence.ts';
import type { OneTicket } from '../one-ticket.ts';

type Known = Pick<
  CardState,
  'stage' | 'mode' | 'confirmation' | 'hold' | 'undoUntil' | 'canClose' | 'exception'
>;

export function cardActions({ snapshot, policy }: OneTicket, known: Known): readonly CardAction[] {
  const { stage, mode, confirmation } = known;
  if (stage === 'exempt') return [];
  const enforce = mode === 'enforce';
  const seen: Seen = {
    ...known,
    enforce,
    open: stage !== 'closed',
    waiting: stage === 'awaiting-confirmation',
    settled: confirmation.state === 'confirmed' || confirmation.state === 'by-agent',
    counting: enforce && isCountingDown(snapshot, policy),
    asks: Object.values(policy.stages).includes('awaiting-confirmation'),
  };
  return IN_ORDER.filter(([, wanted]) => wanted(seen)).map(([action]) => action);
}

interface Seen extends Known {
  readonly enforce: boolean;
  readonly open: boolean;
  readonly waiting: boolean;
  /** The client's word is known. */
  readonly settled: boolean;
  /** The client was asked and may still answer. */
  readonly counting: boolean;
  /** A stage is mapped where the client is asked. */
  readonly asks: boolean;
}

const beforeClosing = ({ enforce, stage, waiting, settled }: Seen): boolean =>
  enforce && (stage === 'work' || waiting) && !settled;

const IN_ORDER: readonly (readonly [CardAction, (seen: Seen) => boolean])[] = [
  ['request', (seen) => beforeClosing(seen) && seen.asks && !seen.counting],
  [
    'remind',
    ({ counting, confirmation, hold }) => counting && confirmation.remindedAt === null && !hold,
  ],
  ['cancel-request', ({ enforce, waiting, settled }) => enforce && waiting && !settled],
  ['by-agent', ({ open, confirmation }) => open && confirmation.state !== 'confirmed'],
  ['hold', beforeClosing],
  ['unhold', ({ enforce, open, hold }) => enforce && open && hold !== null],
  ['kb-decide', () => true],
  ['kb-create', () => true],
  ['close', ({ enforce, open }) => enforce && open],
  [
    'override',
    ({ enforce, open, canClose, exception }) =>
      enforce && open && !canClose && exception.allowed !== 'none',
  ],
  ['undo', ({ undoUntil }) => undoUntil !== null],
  [
    'return-to-work',
    ({ enforce, stage, waiting, undoUntil }) =>
      enforce && (stage === 'closed' || waiting) && undoUntil === null,
  ],
];
