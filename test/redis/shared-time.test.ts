import { expect, test } from '@jest/globals';
import { createClock } from '../../src/clock.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { keepSharedTime } from '../../src/redis/shared-time.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

async function withMachineClock(offMs: number, work: () => Promise<void> | void): Promise<void> {
  const right = Date.now;
  Date.now = () => right() + offMs;
  try {
    await work();
  } finally {
    Date.now = right;
  }
}

describeWithRedis('the clock of the service', (server) => {
  test.each([24 * HOUR, -24 * HOUR])(
    'of a process whose machine is %d ms off is right once Redis was asked, and that is told',
    async (offMs) => {
      const log = recordingLog();
      const connections = createConnections({ url: server().url, log });
      await connections.ready(10_000);
      await withMachineClock(offMs, async () => {
        const clock = createClock();
        const time = keepSharedTime({ redis: connections.producer, clock, log });
        await time.read();
        await time.read();
        time.stop();
        expect(Math.abs(clock.now() - (Date.now() - offMs))).toBeLessThan(MINUTE);
      });
      await connections.close();

      expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(log.lines[0]?.fields).toEqual({ seconds: offMs / 1000 });
    },
  );

  test('does not jump with the machine, and keeps the shift of a demonstration', async () => {
    const clock = createClock();
    clock.setTo(clock.now() + 5 * HOUR);
    const before = clock.now();
    await withMachineClock(-24 * HOUR, () => {
      expect(Math.abs(clock.now() - before)).toBeLessThan(MINUTE);
    });
    clock.agree(clock.real() + HOUR);
    expect(Math.abs(clock.now() - before - HOUR)).toBeLessThan(MINUTE);
  });

  test('is left as it is when Redis does not answer', async () => {
    const log = recordingLog();
    const connections = createConnections({ url: server().url, log });
    await connections.ready(10_000);
    const clock = createClock();
    const time = keepSharedTime({ redis: connections.producer, clock, log });
    server().freeze();
    await time.read();
    server().thaw();
    time.stop();
    await connections.close();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(MINUTE);
  });
});
