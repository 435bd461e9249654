import { describe, expect, test } from '@jest/globals';
import { whenServed } from '../src/compose-work.ts';
import { AppError } from '../src/errors.ts';

const DENIED = new AppError('portal-denied', 'The grant is dead.', { retry: 'never' });

describe('a timer of an installed portal', () => {
  let state: 'active' | 'needs-reconnecting' | 'gone' = 'active';
  const pool = {
    serves: () => Promise.resolve(state === 'active'),
    mayReturn: () => Promise.resolve(state === 'needs-reconnecting'),
  };

  test('is carried out while it is served, and its faults are its own', async () => {
    state = 'active';
    let done = 0;
    await whenServed('p', pool, () => Promise.resolve(void (done += 1)));
    expect(done).toBe(1);
    await expect(whenServed('p', pool, () => Promise.reject(DENIED))).rejects.toBe(DENIED);
  });

  test('waits while the grant is dead: nobody would set it again', async () => {
    state = 'needs-reconnecting';
    let done = 0;
    const fired = whenServed('p', pool, () => Promise.resolve(void (done += 1)));
    await expect(fired).rejects.toMatchObject({ retry: 'after', retryAfterMs: 300_000 });
    expect(done).toBe(0);
  });

  test('waits where the grant dies under it', async () => {
    state = 'active';
    const fired = whenServed('p', pool, () => {
      state = 'needs-reconnecting';
      return Promise.reject(DENIED);
    });
    await expect(fired).rejects.toMatchObject({ retry: 'after' });
  });

  test('is let go with a portal that is gone', async () => {
    state = 'gone';
    await expect(whenServed('p', pool, () => Promise.reject(DENIED))).resolves.toBeUndefined();
  });
});
