/**
 * The portal's limit of operating time, scaled down to seconds: a portal whose saves are slow is worked at a pace at which it never
 * refuses, another portal does not wait for it, and what a portal refuses all the same is done later.
 */
import { afterEach, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { eventually, until } from '../support/eventually.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const AGENT = 2;
const CLOSED = 'C5:WON';
const SAVE = 'crm.item.update';
/** 480 s in ten minutes, fifty times faster; a save that costs 5 s of the former costs 0.1 s here. */
const LIMIT = { seconds: 9.6, windowMs: 12_000 } as const;
const SAVE_MS = 100;
const TICKETS = 120;
const ROOMY = { capacity: 5000, drainPerSecond: 1000 } as const;

let app: InstalledApp;

async function open(knownLimit: number): Promise<readonly [Sandbox, Sandbox]> {
  const budget = { ...ROOMY, operatingLimitSeconds: knownLimit };
  app = await startInstalledApp(
    {},
    {
      first: { limits: 'platform', rate: { size: 5000, perSecond: 1000 }, operating: LIMIT },
      tuning: { sweepEveryMs: 500, budget },
    },
  );
  for (const portal of app.portals) {
    await app.install(portal);
    await app.setUp(portal);
  }
  const [slow] = app.portals;
  slow.faults.slowMethodMs = { [SAVE]: SAVE_MS };
  slow.faults.slowWithoutWaiting = true;
  return app.portals;
}

const newTicket = (portal: Sandbox, n = 0) =>
  portal.control.createTicket({ ...PIPELINE, title: `T${n}`, stageId: 'C5:PREPARATION' }, AGENT);

const closeMany = (portal: Sandbox, count: number) => {
  const refs = Array.from({ length: count }, (_, n) => newTicket(portal, n));
  for (const ref of refs) portal.control.moveTicket(ref, CLOSED, AGENT);
  return refs;
};

const standing = (portal: Sandbox, refs: ReturnType<typeof closeMany>): number =>
  refs.filter((ref) => portal.control.ticket(ref).stageId === CLOSED).length;

/** How often each was moved back. */
const returns = (portal: Sandbox, refs: ReturnType<typeof closeMany>): readonly number[] => [
  ...new Set(refs.map((ref) => portal.control.comments(ref).length)),
];

describeWithRedis('the operating time of a portal', () => {
  afterEach(() => app.close());

  it('is never used up: slow saves are spread out, and another portal is served meanwhile', async () => {
    const [slow, other] = await open(LIMIT.seconds);
    const refs = closeMany(slow, TICKETS);
    await until(() => standing(slow, refs) < TICKETS);
    const ref = newTicket(other);
    other.control.moveTicket(ref, CLOSED, AGENT);

    await until(() => other.control.ticket(ref).stageId !== CLOSED);
    const leftThen = standing(slow, refs);
    await eventually(
      'all of the slow portal to be back',
      () => standing(slow, refs),
      (left) => left === 0,
      100_000,
    );

    // More than its limit lets through at once was needed.
    expect(leftThen).toBeGreaterThan(0);
    expect(slow.stats.operatingRejections).toBe(0);
    await until(() => returns(slow, refs).every((count) => count === 1));
  }, 150_000);

  it('that is lower than known is learnt from the refusal; nothing is lost and nothing done twice', async () => {
    const [slow] = await open(480);
    const refs = closeMany(slow, TICKETS);

    await eventually(
      'all to be back in spite of the refusals',
      () => standing(slow, refs),
      (left) => left === 0,
      100_000,
    );

    expect(slow.stats.operatingRejections).toBeGreaterThan(0);
    await until(() => returns(slow, refs).every((count) => count === 1));
  }, 150_000);
});
