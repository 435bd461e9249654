/** The composition of the command-line tools: the same parts the service runs on. Part of the composition root. */
import type { Tools, ToolsInput } from './app/ports/tools.ts';
import { fieldSpecs } from './app/field-specs.ts';
import { createClock } from './clock.ts';
import { createCalendarProbe } from './compose-client.ts';
import { connectStore, WEBHOOK_PORTAL } from './compose-store.ts';
import { createLog } from './log.ts';
import { provideRedis } from './redis/embedded-redis.ts';
import { probePersistence } from './redis/persistence-probe.ts';
import { createEventCounters } from './redis/ring-store.ts';
import { roleHints } from './text/catalog.ts';
import { fieldLabel } from './text/field-labels.ts';

/** What the command-line tools work with; the same parts the service runs on. */
export async function composeTools(input: ToolsInput): Promise<Tools> {
  const log = createLog('warn', 'stderr');
  const clock = createClock();
  const redis = await provideRedis({
    ...(input.redisUrl === null ? {} : { redisUrl: input.redisUrl }),
    dataDir: input.dataDir,
    log,
  });
  const portalId = input.portalId ?? WEBHOOK_PORTAL;
  const shell = await connectStore({
    portal: { id: portalId, webhookUrl: input.webhookUrl, eventTokens: [] },
    redisUrl: redis.url,
    log,
    clock,
  });
  return {
    portalId,
    setup: shell.portal.setup,
    probe: shell.portal.probe,
    policies: shell.policies,
    journal: shell.gate.journal,
    storeProbe: {
      standing: async () => ({
        ...(await probePersistence(shell.connections.producer)),
        memoryOnly: redis.kind === 'memory',
      }),
    },
    eventCounters: createEventCounters(shell.connections.producer, shell.keys),
    calendar: createCalendarProbe(shell.portal),
    fieldSpecs: fieldSpecs(fieldLabel),
    roleHints: roleHints(),
    clock,
    async close() {
      await shell.connections.close();
      await redis.close();
    },
  };
}
