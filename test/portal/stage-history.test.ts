/** Histories of many tickets that do not fit on one page, against the sandbox portal over real HTTP. */
import { afterEach, expect, test } from '@jest/globals';
import { refKey } from '../../src/core/ticket.ts';
import { closedHeads, connectSandbox, DEALS } from '../support/connected-portal.ts';
import type { Connected } from '../support/connected-portal.ts';

let connected: Connected;

afterEach(() => connected.sandbox.close());

const WORK = 'C5:PREPARATION';
const WAITING = 'C5:UC_WAIT';
const CLOSED = 'C5:WON';

test('long histories of many tickets cost one request more, not one question per ticket', async () => {
  connected = await connectSandbox();
  const { sandbox, policy, tickets } = connected;
  const { control } = sandbox;
  const before = (n: number): string => (n % 2 === 0 ? WORK : WAITING);
  const refs = Array.from({ length: 100 }, (_, n) => {
    const ref = control.createTicket({ ...DEALS, title: `Ticket ${n}` });
    // Six places each: a group of tickets needs several pages.
    for (const stage of [WORK, WAITING, WORK]) control.moveTicket(ref, stage, 2);
    if (before(n) === WAITING) control.moveTicket(ref, WAITING, 2);
    control.moveTicket(ref, CLOSED, 2);
    return ref;
  });
  const heads = await closedHeads(connected, [policy]);
  sandbox.stats.reset();

  const facts = await tickets.loadFacts(heads, { conversations: false }, 'live');

  expect(refs.map((ref) => facts.get(refKey(ref))?.previous?.stageId)).toEqual(
    refs.map((_, n) => before(n)),
  );
  expect(sandbox.stats.requests).toBe(2);
});
