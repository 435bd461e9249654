/**
 * The service as it is, in a process that can be killed: told by its parent what it is, when to start and what time it is.
 * It is bundled with the sources beside it, so that an older version of them runs by the same orders.
 */
import closeWithGrace from 'close-with-grace';
import { createClock } from '../../../src/clock.ts';
import type { ShiftableClock } from '../../../src/clock.ts';
import { WEBHOOK_PORTAL } from '../../../src/compose-store.ts';
import { startService } from '../../../src/compose.ts';
import type { Service } from '../../../src/compose.ts';
import { createLog } from '../../../src/log.ts';
import { skewDate } from './skew-date.ts';
import type { ServiceOrder, ServiceWord } from './service-order.ts';

/** As main.ts has it. */
const DEADLINE_MS = 10_000;

const machine = skewDate();
let clock: ShiftableClock | null = null;
let shiftMs = 0;
let service: Promise<Service> | null = null;
let running = false;

type Start = Extract<ServiceOrder, { kind: 'start' }>;

function start(
  { place, role, opsPort, logLevel }: Start,
  started: ShiftableClock,
): Promise<Service> {
  const { webhook, app, redisUrl, secret, publicUrl, port, tuning } = place;
  const service = startService({
    portal: webhook && {
      id: WEBHOOK_PORTAL,
      webhookUrl: webhook.url,
      eventTokens: [webhook.eventToken],
    },
    app,
    redisUrl,
    role,
    port,
    ...(opsPort === null ? {} : { opsPort }),
    clock: started,
    log: createLog(logLevel, 'stderr'),
    secret,
    publicUrl,
    tuning,
  });
  closeWithGrace({ delay: DEADLINE_MS + 5000, logger: false }, async () => {
    await (await service).close(DEADLINE_MS);
  });
  return service;
}

async function obey(order: ServiceOrder): Promise<void> {
  machine.skew(order.skewMs);
  // Only as much as the portal's clock moved: a machine's clock that jumps is the service's own affair.
  clock ??= createClock();
  const shift = order.now - order.sentAt;
  clock.setTo(clock.now() + shift - shiftMs);
  shiftMs = shift;
  if (order.kind === 'start') {
    service ??= start(order, clock);
    await service;
    running = true;
    say('started');
  }
  await (await service)?.clockMoved();
  say('told');
}

function say(word: ServiceWord): void {
  // A parent that has gone ends this process anyway.
  process.send?.(word, () => undefined);
}

const cause = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : '';

process.on('message', (order: ServiceOrder) => {
  obey(order).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    if (cause(error)) process.stderr.write(`  ${cause(error)}\n`);
    // A clock that could not be told is told again with the next order; a service that did not start is of no use.
    if (!running) process.exit(1);
    say('told');
  });
});
// Nothing may outlive the run.
process.on('disconnect', () => process.exit(0));
say('loaded');
