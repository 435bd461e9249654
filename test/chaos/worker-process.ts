/** The service as it is, in a process that can be killed: told when to start and what time it is by its parent. */
import { createClock } from '../../src/clock.ts';
import { WEBHOOK_PORTAL } from '../../src/compose-store.ts';
import { startService } from '../../src/compose.ts';
import type { Service } from '../../src/compose.ts';
import { createLog } from '../../src/log.ts';
import type { WorkerOrder } from './worker.ts';

const clock = createClock();
let service: Promise<Service> | null = null;

async function obey(order: WorkerOrder): Promise<void> {
  clock.setTo(order.now + Date.now() - order.sentAt);
  if (order.kind === 'start') {
    const { webhookUrl, redisUrl, tuning } = order;
    service = startService({
      portal: { id: WEBHOOK_PORTAL, webhookUrl, eventTokens: [] },
      redisUrl,
      role: 'worker',
      port: 0,
      clock,
      log: createLog('warn', 'stderr'),
      secret: 'secret of the chaos run, of no use elsewhere',
      publicUrl: 'https://support.example',
      tuning,
    });
  }
  await (await service)?.clockMoved();
}

process.on('message', (order: WorkerOrder) => {
  obey(order).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    // A clock that could not be told is told again with the next order; a service that did not start is of no use.
    if (order.kind === 'start') process.exit(1);
  });
});
// Nothing may outlive the run.
process.on('disconnect', () => process.exit(0));
process.send?.('loaded');
