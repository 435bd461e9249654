/** A storm end to end, real Redis, the platform's limits: counted, never timed. */
import { expect, test } from '@jest/globals';
import { describeWithRedis } from '../support/redis-server.ts';
import { startBenchPortal } from './bench-portal.ts';
import { storm } from './storm.ts';

const TICKETS = 120;
const AGENTS = 7;
const BATCH = 50;

/** Batches of `per` commands each that this many commands fill. */
const batches = (commands: number, per = BATCH): number => Math.ceil(commands / per);

describeWithRedis('a storm of premature closings', (redis) => {
  test('is returned, explained and told once each, in batches that the portal never rejects', async () => {
    const portal = await startBenchPortal(redis().url);
    try {
      portal.hire(AGENTS, TICKETS);
      await portal.connect();

      const figures = await storm(portal, TICKETS);

      expect(figures.wrong).toEqual([]);
      expect(figures.rejections).toBe(0);
      const listing = 1 + batches(batches(TICKETS) - 1);
      const appUser = 1;
      const stages = 2;
      // Questions about 20 tickets each; a second round where histories are long.
      const facts = 2 * batches(3 * batches(TICKETS, 20));
      // The first batch of moves feels the way with few of them.
      const moves = 1 + batches(TICKETS);
      const explanations = batches(TICKETS) + batches(AGENTS);
      expect(figures.requests).toBeLessThanOrEqual(
        stages + listing + appUser + facts + moves + explanations,
      );
    } finally {
      await portal.close();
    }
  });
});
