/** A short form of the chaos run: `npm run chaos:kills` is the long one. */
import { expect, it } from '@jest/globals';
import { describeWithRedis } from '../support/redis-server.ts';
import { runRounds } from './run-rounds.ts';

describeWithRedis('a worker killed with -9 on its way to a client message or a return', () => {
  it('is taken over by the next one, and every client has the message, every return its explanation, exactly once', async () => {
    const results = await runRounds({ rounds: 12, seed: 59, limitMs: 10 * 60_000 });

    const wrong = results.filter(({ verdict, reached }) => verdict !== 'once' || !reached);
    expect(wrong).toEqual([]);
    expect(results).toHaveLength(12);
    expect(results.filter(({ kind }) => kind === 'returned')).toHaveLength(2);
  }, 900_000);
});
