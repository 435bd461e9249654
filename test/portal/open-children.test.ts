/** Open child tickets as open work, against the sandbox portal over real HTTP. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { TicketFacts } from '../../src/app/ports/tickets.ts';
import { finalStages } from '../../src/app/stage-directory.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { closedHeads, connectSandbox, DEALS, ITEMS } from '../support/connected-portal.ts';
import type { Connected } from '../support/connected-portal.ts';

const open: Connected[] = [];

/** A portal on which each of the two types may be the parent of the other. */
async function connect(options: SandboxOptions = {}, related = true): Promise<Connected> {
  const connected = await connectSandbox(options);
  open.push(connected);
  const { control } = connected.sandbox;
  if (related) {
    control.relateTypes(ITEMS.entityTypeId, DEALS.entityTypeId);
    control.relateTypes(DEALS.entityTypeId, ITEMS.entityTypeId);
  }
  return connected;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ sandbox }) => sandbox.close()));
});

type Pipeline = typeof DEALS | typeof ITEMS;

function closed({ sandbox }: Connected, pipeline: Pipeline, title = 'Parent'): TicketRef {
  const ref = sandbox.control.createTicket({ ...pipeline, title });
  sandbox.control.moveTicket(ref, pipeline === DEALS ? 'C5:WON' : 'DT1034_12:SUCCESS', 3);
  return ref;
}

interface Child {
  readonly pipeline: Pipeline;
  readonly title?: string;
  readonly stageId?: string;
}

function childOf({ sandbox }: Connected, parent: TicketRef, child: Child): TicketRef {
  const { pipeline, title = 'Child', stageId } = child;
  const ref = sandbox.control.createTicket({ ...pipeline, title });
  sandbox.control.setFields(ref, { [`parentId${parent.entityTypeId}`]: parent.id }, 2);
  if (stageId !== undefined) sandbox.control.moveTicket(ref, stageId, 2);
  return ref;
}

interface Loaded {
  readonly facts: ReadonlyMap<string, TicketFacts>;
  /** HTTP requests that the facts took. */
  readonly requests: number;
}

/** The facts of everything closed; child tickets on closed stages are among them and do no harm. */
async function load(connected: Connected): Promise<Loaded> {
  const { sandbox, policy, items, tickets } = connected;
  const heads = await closedHeads(connected, [policy, items]);
  const stages = await tickets.listStages([2, 1034]);
  sandbox.stats.reset();
  const what = { conversations: false, finalStages: finalStages(stages) };
  const facts = await tickets.loadFacts(heads, what, 'live');
  return { facts, requests: sandbox.stats.requests };
}

const workOf = ({ facts }: Loaded, ref: TicketRef): unknown => facts.get(refKey(ref))?.openWork;
const known = (
  ...children: readonly { readonly id: number; readonly title: string }[]
): object => ({
  known: true,
  value: children.map(({ id, title }) => ({ kind: 'ticket', id, title })),
});

describe('an open child ticket', () => {
  test.each([
    ['a smart-process item of a deal', DEALS, ITEMS, 'DT1034_12:PREPARATION'],
    ['a deal of a smart-process item', ITEMS, DEALS, 'C5:PREPARATION'],
  ] as const)('is open work: %s, in one request', async (_title, above, below, stageId) => {
    const connected = await connect();
    const parent = closed(connected, above);
    const alone = closed(connected, above, 'Alone');
    const child = childOf(connected, parent, { pipeline: below, title: 'Replace', stageId });
    const loaded = await load(connected);
    expect(workOf(loaded, parent)).toEqual(known({ id: child.id, title: 'Replace' }));
    expect(workOf(loaded, alone)).toEqual(known());
    expect(loaded.requests).toBe(1);
  });

  test('stands beside the open tasks of its parent', async () => {
    const connected = await connect();
    const parent = closed(connected, DEALS);
    connected.sandbox.control.addTask(parent, 'Visit');
    childOf(connected, parent, { pipeline: ITEMS });
    const work = (await load(connected)).facts.get(refKey(parent))?.openWork;
    expect(work?.known && work.value.map(({ kind }) => kind)).toEqual(['task', 'ticket']);
  });

  test('can be moved to another parent', async () => {
    const connected = await connect();
    const [first, second] = [closed(connected, DEALS, 'A'), closed(connected, DEALS, 'B')];
    const child = childOf(connected, first, { pipeline: ITEMS });
    connected.sandbox.control.setFields(child, { parentId2: second.id }, 2);
    const loaded = await load(connected);
    expect(workOf(loaded, first)).toEqual(known());
    expect(workOf(loaded, second)).toEqual(known({ id: child.id, title: 'Child' }));
  });
});

describe('a finished child ticket', () => {
  test.each([
    ['a closed item', DEALS, ITEMS, 'DT1034_12:SUCCESS'],
    ['a refused item', DEALS, ITEMS, 'DT1034_12:FAIL'],
    ['a won deal', ITEMS, DEALS, 'C5:WON'],
    ['a lost deal', ITEMS, DEALS, 'C5:LOSE'],
  ] as const)('holds nothing back: %s', async (_title, above, below, stageId) => {
    const connected = await connect();
    const parent = closed(connected, above);
    childOf(connected, parent, { pipeline: below, stageId });
    expect(workOf(await load(connected), parent)).toEqual(known());
  });

  test('is known by the meaning of its stage where the administrator named the stage', async () => {
    const connected = await connect();
    const { control } = connected.sandbox;
    const stage = { name: 'Duplicate', color: '#ff5752' } as const;
    control.addStage(1034, 12, { ...stage, code: 'UC_TWIN', semantics: 'F' });
    control.addStage(1034, 12, { ...stage, code: 'UC_LATER', semantics: null });
    const parent = closed(connected, DEALS);
    childOf(connected, parent, { pipeline: ITEMS, stageId: 'DT1034_12:UC_TWIN' });
    const later = childOf(connected, parent, { pipeline: ITEMS, stageId: 'DT1034_12:UC_LATER' });
    expect(workOf(await load(connected), parent)).toEqual(known({ id: later.id, title: 'Child' }));
  });
});

describe('a portal without the relation', () => {
  test('has no children, and is not asked for them', async () => {
    const connected = await connect({}, false);
    const parent = closed(connected, DEALS);
    const loaded = await load(connected);
    expect(workOf(loaded, parent)).toEqual(known());
    expect(loaded.requests).toBe(1);
    expect(connected.sandbox.stats.byMethod['crm.item.list']).toBeUndefined();
  });

  test('that had it a moment ago refuses the field, once', async () => {
    const connected = await connect();
    const parent = closed(connected, DEALS);
    childOf(connected, parent, { pipeline: ITEMS });
    expect(workOf(await load(connected), parent)).not.toEqual(known());
    const { control, stats } = connected.sandbox;
    control.relateTypes(ITEMS.entityTypeId, DEALS.entityTypeId, false);
    expect(workOf(await load(connected), parent)).toEqual(known());
    expect(stats.byMethod['crm.item.list']).toBe(1);
    expect(workOf(await load(connected), parent)).toEqual(known());
    expect(stats.byMethod['crm.item.list']).toBeUndefined();
  });
});

describe('many children', () => {
  test('of one ticket, 60 of them open, hide nobody else’s', async () => {
    const connected = await connect();
    const quiet = closed(connected, DEALS, 'Quiet');
    const late = closed(connected, DEALS, 'Late');
    const busy = closed(connected, DEALS, 'Busy');
    // The page shows the newest first: this one is the last of 61.
    const child = childOf(connected, late, { pipeline: ITEMS, title: 'Oldest' });
    for (let n = 0; n < 60; n += 1) childOf(connected, busy, { pipeline: ITEMS });
    const loaded = await load(connected);
    expect(workOf(loaded, late)).toEqual(known({ id: child.id, title: 'Oldest' }));
    expect(workOf(loaded, quiet)).toEqual(known());
    expect(workOf(loaded, busy)).toMatchObject({ known: true });
    expect(workOf(loaded, busy)).not.toEqual(known());
    expect(loaded.requests).toBe(2);
  });

  test('of one ticket, 60 of them finished, do not hide its open one', async () => {
    const connected = await connect();
    const parent = closed(connected, ITEMS);
    const child = childOf(connected, parent, { pipeline: DEALS, title: 'Oldest' });
    for (let n = 0; n < 60; n += 1) {
      childOf(connected, parent, { pipeline: DEALS, stageId: 'C5:LOSE' });
    }
    expect(workOf(await load(connected), parent)).toEqual(known({ id: child.id, title: 'Oldest' }));
  });
});
