import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createJournal } from '../../src/redis/journal.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { probePersistence } from '../../src/redis/persistence-probe.ts';
import { createPolicyStore } from '../../src/redis/policy-store.ts';
import { createReturnLedger } from '../../src/redis/return-ledger.ts';
import { createSweepState } from '../../src/redis/sweep-state.ts';
import type { JournalEntry, ReturnEntry } from '../../src/app/ports/state.ts';
import { refKey } from '../../src/core/ticket.ts';
import { aPolicy } from '../support/a-policy.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PORTAL = 'portal-1';
const REF = { entityTypeId: 2, id: 759 };
const OTHER = { entityTypeId: 1032, id: 4 };
const PIPELINE = { entityTypeId: 2, categoryId: 5 };
const MOVED_AT = 1_760_000_000_000;

function anEntry(change: Partial<ReturnEntry> = {}): ReturnEntry {
  return {
    ref: REF,
    movedAt: MOVED_AT,
    movedBy: 7,
    assigneeId: 8,
    from: { categoryId: 5, stageId: 'C5:WON' },
    pipeline: PIPELINE,
    gaps: [{ code: 'cause-missing', params: { field: 'UF_CRM_CG_CAUSE', count: 1 } }],
    step: 'claimed',
    ...change,
  };
}

function aLine(change: Partial<JournalEntry> = {}): JournalEntry {
  return {
    at: MOVED_AT,
    kind: 'returned',
    ref: REF,
    pipeline: PIPELINE,
    movedBy: 7,
    movedAt: MOVED_AT,
    assigneeId: 8,
    outcome: 'confirmed',
    policyVersion: 3,
    from: 'C5:WON',
    to: 'C5:NEW',
    results: [
      {
        id: 'solution-documented',
        clause: 'step-3',
        strictness: 'block',
        verdict: { status: 'unmet', gaps: [{ code: 'cause-missing', params: {} }] },
        evidence: { filled: false, length: 0 },
      },
    ],
    detail: { returns: 1 },
    ...change,
  };
}

describeWithRedis('what is remembered between runs', (server) => {
  const keys = createKeys('test');
  let connections: Connections;
  let log = recordingLog();

  beforeEach(async () => {
    log = recordingLog();
    connections = createConnections({ url: server().url, log });
    await connections.ready(5000);
    await server().flush();
  });
  afterEach(async () => {
    await connections.close();
  });

  test('marks are seen once, and forgotten by the age of their move', async () => {
    const state = createSweepState(connections.producer, keys);
    const old = { mark: '2:1@10@C5:WON', movedAt: 10 };
    const recent = { mark: `2:2@${MOVED_AT}@C5:WON`, movedAt: MOVED_AT };

    await state.markSeen(PORTAL, [old, recent], 0);
    const afterFirst = await state.unseen(PORTAL, [old.mark, recent.mark, 'new']);
    await state.markSeen(PORTAL, [], 11);
    const afterForgetting = await state.unseen(PORTAL, [old.mark, recent.mark]);

    expect([...afterFirst]).toEqual(['new']);
    expect([...afterForgetting]).toEqual([old.mark]);
    expect([...(await state.unseen('portal-2', [recent.mark]))]).toEqual([recent.mark]);
    expect([...(await state.unseen(PORTAL, []))]).toEqual([]);
  });

  test('more marks than fit one command are all kept', async () => {
    const state = createSweepState(connections.producer, keys);
    const marks = Array.from({ length: 2500 }, (_, n) => ({ mark: `2:${n}@1@S`, movedAt: n }));

    await state.markSeen(PORTAL, marks, 0);

    const unseen = await state.unseen(PORTAL, [...marks.map(({ mark }) => mark), 'one more']);
    expect([...unseen]).toEqual(['one more']);
  });

  test('a cursor belongs to one entity type and is null before the first sweep', async () => {
    const state = createSweepState(connections.producer, keys);

    await state.saveCursor(PORTAL, 2, MOVED_AT);

    expect(await state.cursor(PORTAL, 2)).toBe(MOVED_AT);
    expect(await state.cursor(PORTAL, 1032)).toBeNull();
  });

  test('pending tickets stay until they are removed', async () => {
    const state = createSweepState(connections.producer, keys);

    await state.addPending(PORTAL, [REF, OTHER]);
    await state.addPending(PORTAL, [REF]);
    await state.addPending(PORTAL, []);
    await state.removePending(PORTAL, [OTHER]);
    await state.removePending(PORTAL, []);

    expect(await state.pending(PORTAL)).toEqual([REF]);
  });

  test('own moves are recognised by ticket and stage', async () => {
    const state = createSweepState(connections.producer, keys);
    await state.rememberOwnMoves(PORTAL, [{ ref: REF, stageId: 'C5:WON' }]);

    const own = await state.ownMoves(PORTAL, [
      { ref: REF, stageId: 'C5:WON', movedAt: MOVED_AT },
      { ref: REF, stageId: 'C5:NEW', movedAt: MOVED_AT },
      { ref: OTHER, stageId: 'C5:WON', movedAt: MOVED_AT },
    ]);
    const elsewhere = await state.ownMoves(PORTAL, [
      { ref: REF, stageId: 'C5:LOSE', movedAt: MOVED_AT },
    ]);

    expect([...own]).toEqual([refKey(REF)]);
    expect([...elsewhere]).toEqual([]);
  });

  test('an own move is one move: the next one to the same stage is not the own one any more', async () => {
    const state = createSweepState(connections.producer, keys);
    const made = { ref: REF, stageId: 'C5:WON', movedAt: MOVED_AT };
    await state.rememberOwnMoves(PORTAL, [made]);

    const first = await state.ownMoves(PORTAL, [made]);
    const listedAgain = await state.ownMoves(PORTAL, [made]);
    const later = await state.ownMoves(PORTAL, [{ ...made, movedAt: MOVED_AT + 60_000 }]);

    expect([first.size, listedAgain.size, later.size]).toEqual([1, 1, 0]);
  });

  test('a return goes through its steps and is counted when finished', async () => {
    const state = createSweepState(connections.producer, keys);
    const ledger = createReturnLedger(connections.producer, keys, log);
    await ledger.claim(PORTAL, [anEntry(), anEntry({ ref: OTHER })], MOVED_AT);
    await ledger.advance(PORTAL, [REF], 'explained');
    await ledger.advance(PORTAL, [REF], 'moved');

    const underway = await ledger.unfinished(PORTAL);
    await ledger.finish(PORTAL, [REF], MOVED_AT + 1000);
    await ledger.finish(PORTAL, [REF], MOVED_AT + 2000);
    await ledger.drop(PORTAL, [OTHER]);

    expect(underway.toSorted((a, b) => a.ref.id - b.ref.id)).toEqual([
      anEntry({ ref: OTHER }),
      anEntry({ step: 'explained' }),
    ]);
    expect(await ledger.unfinished(PORTAL)).toEqual([]);
    const counts = await state.recentReturns(PORTAL, [REF, OTHER], MOVED_AT);
    expect([counts.get(refKey(REF)), counts.get(refKey(OTHER))]).toEqual([1, 0]);
  });

  test('a step is not taken for a ticket that nobody claimed', async () => {
    const ledger = createReturnLedger(connections.producer, keys, log);

    await ledger.advance(PORTAL, [REF], 'moved');

    expect(await ledger.unfinished(PORTAL)).toEqual([]);
  });

  test('the same move claimed again keeps its step, a new move starts over', async () => {
    const ledger = createReturnLedger(connections.producer, keys, log);
    await ledger.claim(PORTAL, [anEntry()], MOVED_AT);
    await ledger.advance(PORTAL, [REF], 'moved');

    await ledger.claim(PORTAL, [anEntry({ gaps: [] })], MOVED_AT + 1);
    const again = await ledger.unfinished(PORTAL);
    await ledger.claim(PORTAL, [anEntry({ movedAt: MOVED_AT + 5 })], MOVED_AT + 5);
    const moved = await ledger.unfinished(PORTAL);

    expect(again.map((entry) => [entry.step, entry.gaps.length])).toEqual([['moved', 1]]);
    expect(moved.map((entry) => [entry.step, entry.movedAt])).toEqual([['claimed', MOVED_AT + 5]]);
  });

  test('returns before the window do not count', async () => {
    const state = createSweepState(connections.producer, keys);
    const ledger = createReturnLedger(connections.producer, keys, log);
    for (const minute of [0, 5, 12]) {
      await ledger.claim(PORTAL, [anEntry({ movedAt: MOVED_AT + minute })], MOVED_AT);
      await ledger.finish(PORTAL, [REF], MOVED_AT + minute * 60_000);
    }

    const counts = await state.recentReturns(PORTAL, [REF], MOVED_AT + 2 * 60_000);

    expect(counts.get(refKey(REF))).toBe(2);
  });

  test('a stored return that cannot be read is reported, not thrown', async () => {
    const ledger = createReturnLedger(connections.producer, keys, log);
    await ledger.claim(PORTAL, [anEntry(), anEntry({ ref: OTHER })], MOVED_AT);
    await connections.producer.hset(keys.portal(PORTAL, 'ledger:entries'), refKey(OTHER), '{"ref"');

    const readable = await ledger.unfinished(PORTAL);

    expect(readable).toEqual([anEntry()]);
    expect(log.lines.map((line) => line.fields['ticket'])).toEqual([refKey(OTHER)]);
  });

  test('the journal gives its newest lines first and leaves out what it cannot read', async () => {
    const journal = createJournal(connections.producer, keys, log);
    await journal.append(PORTAL, [aLine(), aLine({ kind: 'closed', movedAt: null, ref: null })]);
    await connections.producer.xadd(keys.portal(PORTAL, 'journal'), '*', 'entry', '{"kind":"?"}');
    await journal.append(PORTAL, [aLine({ kind: 'alert', outcome: null, results: [] })]);
    await journal.append(PORTAL, []);

    const lines = await journal.latest(PORTAL, 10);

    expect(lines).toEqual([
      aLine({ kind: 'alert', outcome: null, results: [] }),
      aLine({ kind: 'closed', movedAt: null, ref: null }),
      aLine(),
    ]);
    expect(await journal.latest(PORTAL, 1)).toEqual(lines.slice(0, 1));
    expect(log.lines.length).toBe(1);
  });

  test('a policy gets the next version and every version stays readable', async () => {
    const policies = createPolicyStore(connections.producer, keys);
    const first = await policies.save(PORTAL, aPolicy({ version: 0, pipeline: PIPELINE }));

    const second = await policies.save(PORTAL, { ...first, mode: 'observe' });

    expect([first.version, second.version]).toEqual([1, 2]);
    expect(await policies.find(PORTAL, PIPELINE)).toEqual(second);
    expect(await policies.version(PORTAL, PIPELINE, 1)).toEqual(first);
    expect(await policies.version(PORTAL, PIPELINE, 9)).toBeNull();
    expect(await policies.list(PORTAL)).toEqual([second]);
    expect(await policies.list('portal-2')).toEqual([]);
    expect(await policies.portals()).toEqual([PORTAL]);
  });

  test('tells which versions were in force since a moment, as far back as anybody knows', async () => {
    const policies = createPolicyStore(connections.producer, keys);
    const pipeline = { entityTypeId: 2, categoryId: 77 };
    const first = await policies.save(PORTAL, aPolicy({ version: 0, pipeline }), { savedAt: 1000 });
    const second = await policies.save(PORTAL, { ...first, autoAsk: false }, { savedAt: 2000 });
    const third = await policies.save(PORTAL, second, { savedAt: 3000 });
    const since = async (at: number) =>
      (await policies.inForceSince(PORTAL, pipeline, at)).map(({ savedAt }) => savedAt);

    expect(await policies.inForceSince(PORTAL, pipeline, 3000)).toEqual([
      { policy: third, savedAt: 3000 },
    ]);
    expect(await since(2500)).toEqual([3000, 2000]);
    expect(await since(500)).toEqual([3000, 2000, 1000]);
    expect(await policies.inForceSince(PORTAL, { ...pipeline, categoryId: 78 }, 500)).toEqual([]);
  });

  test('a policy changed meanwhile is not overwritten; a new document follows what is stored', async () => {
    const policies = createPolicyStore(connections.producer, keys);
    const first = await policies.save(PORTAL, aPolicy({ version: 0, pipeline: PIPELINE }));
    await policies.save(PORTAL, first);

    const late = policies.save(PORTAL, first);

    await expect(late).rejects.toMatchObject({ code: 'policy-invalid', retry: 'never' });
    const fresh = await policies.save(PORTAL, aPolicy({ version: 0, pipeline: PIPELINE }));
    expect(fresh.version).toBe(3);
  });

  test('of two first saves exactly one wins where nothing may be followed', async () => {
    const policies = createPolicyStore(connections.producer, keys);
    const pipeline = { entityTypeId: 2, categoryId: 79 };
    const policy = aPolicy({ version: 0, pipeline });
    const saves = await Promise.allSettled([
      policies.save(PORTAL, policy, { first: true }),
      policies.save(PORTAL, { ...policy, autoAsk: false }, { first: true }),
    ]);

    expect(saves.map((save) => save.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await policies.find(PORTAL, pipeline))?.version).toBe(1);
  });

  test('of two saves at the same time exactly one wins', async () => {
    const policies = createPolicyStore(connections.producer, keys);
    const first = await policies.save(PORTAL, aPolicy({ version: 0, pipeline: PIPELINE }));

    const saves = await Promise.allSettled([
      policies.save(PORTAL, { ...first, autoAsk: true }),
      policies.save(PORTAL, { ...first, autoAsk: false }),
    ]);

    expect(saves.map((save) => save.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await policies.find(PORTAL, PIPELINE))?.version).toBe(2);
  });

  test('a stored policy with a key of a newer version is read and not written over', async () => {
    const policies = createPolicyStore(connections.producer, keys);
    const saved = await policies.save(PORTAL, aPolicy({ version: 0, pipeline: PIPELINE }));
    const spoilt = JSON.stringify({ ...saved, firstWaitDay: 3 });
    await connections.producer.hset(keys.portal(PORTAL, 'policies'), '2:5', spoilt);

    await expect(policies.list(PORTAL)).resolves.toEqual([saved]);
    await expect(policies.save(PORTAL, saved)).rejects.toMatchObject({ code: 'state-newer' });
  });

  test('a policy with a stage role that does not exist is not saved', async () => {
    const policies = createPolicyStore(connections.producer, keys);
    const wrong = Object.assign(aPolicy({ version: 0 }), { stages: { 'C5:WON': 'closed:never' } });

    await expect(policies.save(PORTAL, wrong)).rejects.toMatchObject({
      code: 'policy-invalid',
      message: expect.stringContaining('stages.C5:WON: not a stage role'),
    });
    expect(await policies.portals()).toEqual([]);
  });

  test('the probe tells how the server keeps what it is given', async () => {
    expect(await probePersistence(connections.producer)).toEqual({
      appendonly: 'yes',
      maxmemoryPolicy: 'noeviction',
    });
  });

  test('the probe is content when the server forbids the question', async () => {
    await connections.producer.call('ACL', 'SETUSER', 'default', '-config');
    try {
      expect(await probePersistence(connections.producer)).toEqual({
        appendonly: 'unknown',
        maxmemoryPolicy: 'unknown',
      });
    } finally {
      await connections.producer.call('ACL', 'SETUSER', 'default', '+config');
    }
  });

  test('every key of a portal shares its hash tag', async () => {
    const state = createSweepState(connections.producer, keys);
    await state.saveCursor(PORTAL, 2, 1);
    await createJournal(connections.producer, keys, log).append(PORTAL, [aLine()]);
    await createReturnLedger(connections.producer, keys, log).claim(PORTAL, [anEntry()], 1);

    const names = await connections.producer.keys('*');

    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !name.startsWith(`test:{${PORTAL}}:`))).toEqual([]);
    expect(() => keys.portal('a}b', 'x')).toThrow(TypeError);
  });
});
