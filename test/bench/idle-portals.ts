/**
 * A process of its own, so that the harness is not measured: connects each of so many portals once, as a sweep would, and prints what
 * memory that took. Called by sections/portals-section.ts with the address of a Redis and their number.
 */
import { createClock } from '../../src/clock.ts';
import { openRegistry } from '../../src/compose-installs.ts';
import { openStore } from '../../src/compose-store.ts';
import { createPortalPool } from '../../src/portal-pool.ts';
import { createClientJobs } from '../../src/queue/client-jobs.ts';
import { recordingLog } from '../support/recording-log.ts';

async function measure(redisUrl: string, count: number): Promise<void> {
  const log = recordingLog();
  const clock = createClock();
  const secret = 'a-secret-for-the-benchmark';
  const store = await openStore({ redisUrl, clock, log });
  const { producer, worker } = store.connections;
  const origin = 'https://oauth.example';
  const app = { clientId: 'local.1', clientSecret: 'unused', oauthOrigins: [origin] };
  const installed = openRegistry(store, { app, secret });
  const jobs = createClientJobs({ producer, worker, clock, log });
  if (installed === null) throw new Error('an application is configured');
  const pool = createPortalPool({
    store,
    client: { jobs, secret, publicUrl: () => 'https://gate.example' },
    webhook: null,
    installed,
  });
  try {
    globalThis.gc?.();
    const before = rssMb();
    for (let n = 0; n < count; n += 1) {
      const portalId = `portal${n}`;
      await installed.registry.save(recordOf(portalId, n));
      await installed.registry.saveTokens(portalId, {
        owner: 'installer',
        accessToken: `access-${n}`.padEnd(70, 'x'),
        refreshToken: `refresh-${n}`.padEnd(70, 'x'),
        expiresAt: clock.now() + 3600_000,
        userId: 1,
      });
      await pool.deps(portalId);
    }
    globalThis.gc?.();
    const states = await installed.registry.states();
    if (states.size !== count) throw new Error('not every portal is known');
    process.stdout.write(JSON.stringify({ before, after: rssMb(), portals: count }));
  } finally {
    await jobs.close(1000);
    await store.connections.close();
  }
}

function recordOf(portalId: string, n: number) {
  return {
    portalId,
    origin: `https://portal${n}.example`,
    oauthEndpoint: 'https://oauth.example',
    applicationToken: `token-${n}`.padEnd(32, 'x'),
    scopes: ['crm', 'placement', 'im'],
    status: 'F',
    version: '1',
    language: 'ru',
    installerId: 1,
    state: 'active',
    registered: '',
    installedAt: 0,
    updatedAt: 0,
  } as const;
}

function rssMb(): number {
  return process.memoryUsage().rss / 1024 / 1024;
}

await measure(process.argv[2] ?? '', Number(process.argv[3]));
