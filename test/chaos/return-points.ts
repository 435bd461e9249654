/**
 * Where a worker is killed while it puts a premature closing back: the claim in the ledger; move, explanation and notice, which travel
 * in one request where a ticket returns alone; the ledger's step, the journal, the end of the entry.
 */
import type { Target } from './kill-points.ts';
import type { Moment, Watch } from './watch.ts';

/** Commands to Redis as they go over the line: each word with its length before it. */
const says =
  (...words: readonly string[]) =>
  (m: Moment): boolean =>
    m.at === 'redis' && new RegExp(`${words.join(String.raw`\r\n\$\d+\r\n`)}\r\n`).test(m.text);
const claims = ({ ticketId }: Target) => says('ledger:moves', `2:${ticketId}`);
const marksExplained = ({ ticketId }: Target) => says('ledger:steps', 'explained', `2:${ticketId}`);
/** Counted: a claim that is only dropped has no times. */
const finishes = ({ ticketId }: Target) => says(':returns', '\\d+', '\\d+', `2:${ticketId}`);
const isJournal = says(':journal');
const moves = (m: Moment): boolean =>
  m.at !== 'redis' && m.method === 'batch' && m.body.includes('crm.timeline.comment.add');
const isMove = (m: Moment): boolean => m.at === 'portal-request' && moves(m);
const isMoved = (m: Moment): boolean => m.at === 'portal-answer' && moves(m);

type After = (...steps: readonly ((moment: Moment) => boolean)[]) => Watch;

interface ReturnPoint {
  readonly name: string;
  readonly kinds: readonly ['returned'];
  readonly watch: (target: Target) => Watch;
}

const point = (name: string, watch: (target: Target) => Watch): ReturnPoint => ({
  name: `return: ${name}`,
  kinds: ['returned'],
  watch,
});

/** @param after dies at the moment that fits the last of its steps, seen in this order */
export const returnPoints = (after: After): readonly ReturnPoint[] => [
  point('before the claim', (t) => after(claims(t))),
  point('claimed, before the move', (t) => after(claims(t), isMove)),
  point('moved and explained, answer not read', (t) => after(claims(t), isMoved)),
  point('answer read, before the step', (t) => after(isMoved, marksExplained(t))),
  point('step written, before the journal', (t) => after(marksExplained(t), isJournal)),
  point('told, before the end of the entry', (t) => after(finishes(t))),
  point('entry ended, before what follows', (t) => after(finishes(t), (m) => m.at === 'redis')),
];
