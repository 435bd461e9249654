/** Two web and two worker roles behind an installable application: what one process is told, every process goes by. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PipelineSettings } from '../../src/core/admin/settings-state.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import {
  APP_SECRET,
  CLIENT_ID,
  CLIENT_SECRET,
  PIPELINE,
  registerApp,
  runInstaller,
} from '../support/an-installed-app.ts';
import { eventually } from '../support/eventually.ts';
import { describeIfRedis } from '../support/redis-server.ts';
import { postFrame } from '../support/sandbox-app.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import { ROOMY, startTwoOfEach } from '../support/two-of-each.ts';
import type { TwoOfEach } from '../support/two-of-each.ts';

const ADMIN = 1;
const AGENT = 2;
const SETTINGS = '/api/settings/pipeline/2:5';

describeIfRedis('an application on two web and two worker roles', () => {
  let redis: TestRedis;
  let sandbox: Sandbox;
  let both: TwoOfEach;
  let session = '';

  beforeAll(async () => {
    redis = await startTestRedis();
    sandbox = await startSandbox({ seed: 'empty', limits: 'off' });
    both = await startTwoOfEach(
      {
        portal: null,
        app: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, oauthOrigins: [sandbox.oauthUrl] },
        redisUrl: redis.url,
        secret: APP_SECRET,
        tuning: { sweepEveryMs: 400, budget: ROOMY },
      },
      Date.now(),
    );
    registerApp(sandbox, both.urls[0]);
  }, 60_000);
  afterAll(async () => {
    await both.close();
    await sandbox.close();
    await redis.remove();
  });

  async function settings(url: string, change?: Partial<ClosingPolicy>) {
    const headers = { Authorization: `Bearer ${session}`, 'Content-Type': 'application/json' };
    const answer = await fetch(`${url}${SETTINGS}`, { headers });
    const now = (await answer.json()) as PipelineSettings;
    if (!change) return { status: answer.status, now };
    const policy = { ...now.policy, ...change };
    const body = JSON.stringify({ policy, version: now.version });
    const saved = await fetch(`${url}${SETTINGS}`, { method: 'PUT', headers, body });
    return { status: saved.status, now: (await saved.json()) as PipelineSettings };
  }

  function closed(title: string): { readonly entityTypeId: 2; readonly id: number } {
    const { id } = sandbox.control.createTicket({ ...PIPELINE, title }, ADMIN);
    sandbox.control.moveTicket({ entityTypeId: 2, id }, 'C5:WON', AGENT);
    return { entityTypeId: 2, id };
  }
  const stageOf = (ref: ReturnType<typeof closed>): string => sandbox.control.ticket(ref).stageId;

  test('a session that web 1 opened is known to web 2, and what web 1 saves is read there', async () => {
    // Every frame of the portal leads to web 1; the calls that follow may come to any.
    const steps = await runInstaller(sandbox, both.urls[1]);
    const post = sandbox.apps.open(CLIENT_ID, { userId: ADMIN, placement: 'DEFAULT', options: {} });
    session = sessionIn((await postFrame(post)).text);

    const saved = await settings(both.urls[0], { mode: 'enforce' });
    const read = await settings(both.urls[1]);

    expect(steps.map(({ ok }) => ok)).not.toContain(false);
    expect([saved.status, read.status]).toEqual([200, 200]);
    expect(read.now).toMatchObject({ version: 1, policy: { mode: 'enforce' } });
  });

  test('a portal that web 1 installed is served by worker 2 alone, which obeys what web 1 saves later', async () => {
    await both.workers[0].close(2000);
    const early = closed('Рано');
    await eventually(
      'the return of an unready ticket',
      () => stageOf(early),
      (stage) => stage !== 'C5:WON',
    );

    const { now } = await settings(both.urls[0]);
    const criteria = now.policy.criteria.map((one) => ({ ...one, strictness: 'off' as const }));
    await settings(both.urls[0], { criteria });
    const easy = closed('Теперь можно');
    await eventually(
      'the stamp of a closing that nothing is asked of',
      () => sandbox.control.ticket(easy).uf.size,
      (size) => size > 0,
    );

    expect(stageOf(easy)).toBe('C5:WON');
  });
});

function sessionIn(page: string): string {
  const [, json = 'null'] = /id="state">([\s\S]*?)<\/script>/.exec(page) ?? [];
  const boot = JSON.parse(json) as { session: { token: string } } | null;
  return boot?.session.token ?? '';
}
