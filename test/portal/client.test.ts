/** The thin client against a portal that misbehaves to order, over real HTTP. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createPortalClient } from '../../src/bitrix24/portal-client.ts';
import type { PortalClient } from '../../src/bitrix24/portal-client.ts';
import { createTransport } from '../../src/bitrix24/transport.ts';
import { parseWebhookUrl } from '../../src/bitrix24/webhook-url.ts';
import { AppError } from '../../src/errors.ts';
import { CountingBudget } from '../support/counting-budget.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { RecordingLog } from '../support/recording-log.ts';
import { batchBody, startUnkindPortal } from '../support/unkind-portal.ts';
import type { Step, UnkindPortal } from '../support/unkind-portal.ts';

const READ = { priority: 'live', write: false } as const;
const WRITE = { priority: 'live', write: true } as const;

interface Setup {
  readonly portal: UnkindPortal;
  readonly client: PortalClient;
  readonly budget: CountingBudget;
  readonly log: RecordingLog;
}

const open: UnkindPortal[] = [];

async function setup(steps: readonly Step[], timeoutMs = 5000): Promise<Setup> {
  const portal = await startUnkindPortal(steps);
  open.push(portal);
  const budget = new CountingBudget();
  const log = recordingLog();
  const client = createPortalClient({
    transport: createTransport(parseWebhookUrl(portal.webhookUrl), timeoutMs),
    portalId: 'p1',
    budget,
    log,
    retryDelayMs: 1,
  });
  return { portal, client, budget, log };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((portal) => portal.close()));
});

async function faultOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('expected a fault');
}

const HTML = '<html><body>502 Bad Gateway</body></html>';

describe('reads', () => {
  test.each([
    ['an HTML 502', { status: 502, body: HTML }],
    ['an HTML page with status 200', { body: HTML }],
    ['INTERNAL_SERVER_ERROR', { status: 500, body: { error: 'INTERNAL_SERVER_ERROR' } }],
    ['a connection cut after the request', { trouble: 'cut' as const }],
    ['an answer broken off', { trouble: 'trickle' as const }],
  ])('are repeated after %s', async (_name, trouble) => {
    const { client, portal, budget } = await setup([trouble, trouble, { body: { result: 5 } }]);
    const answer = await client.call('crm.item.list', {}, READ);
    expect(answer).toEqual({ ok: true, value: 5, total: null, next: null });
    expect(portal.requests).toHaveLength(3);
    expect(budget.taken).toHaveLength(3);
  });

  test('are repeated after a hang', async () => {
    const { client, portal } = await setup([{ trouble: 'hang' }, { body: { result: 1 } }], 200);
    expect(await client.call('profile', {}, READ)).toMatchObject({ ok: true });
    expect(portal.requests).toHaveLength(2);
  });

  test('give up with backoff when the portal stays broken', async () => {
    const { client, portal } = await setup([{ status: 502, body: HTML }]);
    const fault = await faultOf(client.call('crm.item.list', {}, READ));
    expect(fault).toMatchObject({
      code: 'portal-unreachable',
      retry: 'backoff',
      detail: 'HTTP_502',
    });
    expect(portal.requests).toHaveLength(4);
  });
});

describe('writes', () => {
  test.each([
    ['an HTML 502', { status: 502, body: HTML }],
    ['an HTML page with status 200', { body: HTML }],
    ['a bare 503', { status: 503, body: HTML }],
    ['INTERNAL_SERVER_ERROR', { status: 500, body: { error: 'INTERNAL_SERVER_ERROR' } }],
    ['a connection cut after the request', { trouble: 'cut' as const }],
    ['an answer broken off', { trouble: 'trickle' as const }],
  ])('are never sent again after %s', async (_name, trouble) => {
    const { client, portal } = await setup([trouble, { body: { result: true } }]);
    const fault = await faultOf(client.call('crm.item.update', {}, WRITE));
    expect(fault.code).toBe('portal-outcome-unknown');
    expect(portal.requests).toHaveLength(1);
  });

  test('are never sent again after a time-out', async () => {
    const { client, portal } = await setup([{ trouble: 'hang' }], 200);
    const fault = await faultOf(client.call('crm.item.update', {}, WRITE));
    expect(fault.code).toBe('portal-outcome-unknown');
    expect(portal.requests).toHaveLength(1);
  });

  test('are sent again when the rate limit refused them unread', async () => {
    const refused = { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED' } };
    const { client, portal, budget } = await setup([refused, refused, { body: { result: true } }]);
    expect(await client.call('crm.item.update', {}, WRITE)).toMatchObject({ ok: true });
    expect(portal.requests).toHaveLength(3);
    expect(budget.refusals).toBe(2);
  });

  test('refused with HTTP 200 by the rate limit are sent again too', async () => {
    const refused = { body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: '' } };
    const { client, portal } = await setup([refused, { body: { result: true } }]);
    expect(await client.call('crm.item.update', {}, WRITE)).toMatchObject({ ok: true });
    expect(portal.requests).toHaveLength(2);
  });

  test('wait for the caller when the method used up its operating time', async () => {
    const { client, portal, budget } = await setup([
      { status: 429, body: { error: 'OPERATION_TIME_LIMIT' } },
    ]);
    const fault = await faultOf(client.call('crm.item.update', {}, WRITE));
    expect(fault).toMatchObject({ code: 'portal-time-limited', retry: 'after' });
    expect(fault.retryAfterMs).toBeGreaterThan(0);
    expect(portal.requests).toHaveLength(1);
    expect(budget.exhaustedMethods).toEqual(['crm.item.update']);
  });

  test('succeed without a time block', async () => {
    const { client, budget } = await setup([{ body: { result: { item: { id: '1' } } } }]);
    expect(await client.call('crm.item.update', {}, WRITE)).toMatchObject({ ok: true });
    expect(budget.spentReports).toEqual([]);
  });

  test('to a portal that cannot be reached were surely not made and may be repeated', async () => {
    const { client, portal } = await setup([{}]);
    await portal.close();
    const fault = await faultOf(client.call('crm.item.update', {}, WRITE));
    expect(fault).toMatchObject({ code: 'portal-unreachable', detail: 'ECONNREFUSED' });
  });
});

describe('errors of the portal', () => {
  test.each([
    [400, { error: 'NOT_FOUND', error_description: 'x' }, 'NOT_FOUND'],
    [400, { error: 0, error_description: 'SPA not found' }, 'NOT_FOUND'],
    [400, { error: '0', error_description: 'x' }, '-'],
    [400, { error: '', error_description: 'Access denied.' }, 'ACCESS_DENIED'],
    [400, { error: '-', error_description: 'x' }, '-'],
    [
      400,
      { error: '', error_description: 'The field "Title" is required.' },
      'CRM_FIELD_ERROR_REQUIRED',
    ],
    [400, { error: 'Invalid parameters.', error_description: 'client Ivanov' }, '-'],
    [200, { error: 'ERROR_CORE', error_description: 'x' }, 'ERROR_CORE'],
    [403, { error: 'insufficient_scope', error_description: 'x' }, 'insufficient_scope'],
  ])('with status %i and body %j read as %s', async (status, body, code) => {
    const { client, portal } = await setup([{ status, body }]);
    expect(await client.call('crm.item.get', {}, READ)).toEqual({
      ok: false,
      code,
      httpStatus: status,
    });
    expect(portal.requests).toHaveLength(1);
  });

  test.each([
    [401, 'NO_AUTH_FOUND', 'portal-denied'],
    [401, 'expired_token', 'portal-denied'],
    [403, 'INVALID_CREDENTIALS', 'portal-denied'],
    [500, 'PORTAL_DELETED', 'portal-unavailable'],
    [503, 'OVERLOAD_LIMIT', 'portal-unavailable'],
  ])('with status %i and code %s need a person', async (status, error, code) => {
    const { client, portal } = await setup([{ status, body: { error } }]);
    const fault = await faultOf(client.call('crm.item.get', {}, READ));
    expect(fault).toMatchObject({ code, retry: 'never', detail: error });
    expect(portal.requests).toHaveLength(1);
  });

  test('never carry the portal text or the webhook secret into the fault or the log', async () => {
    const body = { error: '', error_description: 'Client Ivanov +79161234567' };
    const { client, log } = await setup([{ status: 500, body }, { trouble: 'cut' }]);
    const fault = await faultOf(client.call('crm.item.list', { filter: 'Ivanov' }, READ));
    const told = `${fault.message} ${fault.detail} ${JSON.stringify(fault)} ${JSON.stringify(log.lines)}`;
    expect(log.lines.length).toBeGreaterThan(0);
    expect(told).not.toMatch(/Ivanov|s3cretc0de|127\.0\.0\.1/);
  });
});

describe('redirects', () => {
  test('to plain http are refused, whatever they point at', async () => {
    const other = await startUnkindPortal([{ body: { result: 'stolen' } }]);
    open.push(other);
    const { client } = await setup([
      (request) => ({ status: 302, headers: { location: `${other.url}${request.path}` } }),
    ]);
    const fault = await faultOf(client.call('crm.item.update', { id: 1 }, WRITE));
    expect(fault).toMatchObject({ code: 'portal-unavailable', detail: 'REDIRECT' });
    expect(other.requests).toHaveLength(0);
  });

  test('of a renamed portal repeat the POST at the new https host, and stay there only if it answers', async () => {
    const { client, portal, log } = await setup([
      (request) => ({
        status: 302,
        headers: { location: `https://127.0.0.1:1${request.path}` },
      }),
      { body: { result: 'home' } },
    ]);
    // Nobody listens at the new address: the write was surely not made there and is tried at the old one again.
    expect(await client.call('crm.item.update', { id: 1 }, WRITE)).toMatchObject({ value: 'home' });
    expect(log.lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ detail: 'ECONNREFUSED' }) }),
    );
    expect(portal.requests).toHaveLength(2);
    expect(client.origin()).toBe(portal.url);
  });

  test('to a login page of the same host are refused', async () => {
    const { client, portal } = await setup([{ status: 302, headers: { location: '/auth/' } }]);
    expect((await faultOf(client.call('profile', {}, READ))).detail).toBe('REDIRECT');
    expect(portal.requests).toHaveLength(1);
  });
});

describe('batches', () => {
  const commands = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      key: `c${i}`,
      method: 'crm.item.get',
      params: { entityTypeId: 2, id: i },
    }));

  test('give every command its own answer', async () => {
    const { client } = await setup([
      {
        body: batchBody(
          { c0: { item: { id: 1 } }, c1: false },
          { c2: { error: '', error_description: 'Not found' } },
        ),
      },
    ]);
    const answers = await client.batch(commands(4), { ...READ, halt: false });
    expect([...answers]).toEqual([
      ['c0', { ok: true, value: { item: { id: 1 } }, total: null, next: null }],
      ['c1', { ok: true, value: false, total: null, next: null }],
      ['c2', { ok: false, code: 'NOT_FOUND', httpStatus: 200 }],
      ['c3', { ok: false, code: 'NO_ANSWER', httpStatus: 0 }],
    ]);
  });

  test('hold at most 50 commands and keep chained ones together', async () => {
    const { client, portal } = await setup([{ body: batchBody({}) }]);
    const list = commands(99).map((command, i) =>
      i % 2 === 0 && i > 0 ? { ...command, chained: true as const } : command,
    );
    await client.batch([...commands(1), ...list.slice(1)], { ...READ, halt: false });
    const sizes = portal.requests.map((request) => Object.keys(request.commands).length);
    expect(sizes).toEqual([49, 50]);
    expect(Object.keys(portal.requests[1]?.commands ?? {})[0]).toBe('c49');
  });

  test('that halted say what was not executed and send nothing further', async () => {
    const { client, portal } = await setup([
      { body: batchBody({ c0: true }, { c1: { error: 'ACCESS_DENIED' } }) },
    ]);
    const answers = await client.batch(commands(60), { ...WRITE, halt: true });
    expect(portal.requests).toHaveLength(1);
    expect(portal.requests[0]?.params['halt']).toBe(1);
    expect(answers.get('c1')).toMatchObject({ ok: false, code: 'ACCESS_DENIED' });
    expect(answers.get('c59')).toMatchObject({ ok: false, code: 'NOT_EXECUTED' });
  });

  test('refused as a whole are a fault', async () => {
    const { client } = await setup([{ status: 403, body: { error: 'insufficient_scope' } }]);
    const fault = await faultOf(client.batch(commands(2), { ...READ, halt: false }));
    expect(fault).toMatchObject({ code: 'portal-denied', detail: 'insufficient_scope' });
  });

  test('keep a typed reference harmless', async () => {
    const { client, portal } = await setup([{ body: batchBody({}) }]);
    const params = { fields: { COMMENT: 'see $result[c0][item] & more=1' } };
    await client.batch([{ key: 'c1', method: 'crm.timeline.comment.add', params }], {
      ...WRITE,
      halt: false,
    });
    const sent = portal.requests[0]?.commands['c1'] ?? '';
    expect(sent).not.toContain('$result[');
    expect(sent).toContain('more=1');
  });
});

describe('the budget', () => {
  test('hears the operating time of each method, of single calls and inside batches', async () => {
    const times = { operating_reset_at: 1_800_000_000, finish: 1_799_999_970.5 };
    const time = { ...times, operating: '1.5' };
    const body = {
      result: {
        result: { a: 1, b: 2, c: 3 },
        result_error: [],
        result_time: {
          a: { ...times, operating: 2, duration: 0.2 },
          b: { ...times, operating: 3.5, duration: '1.0' },
          c: {
            operating: 1,
            operating_reset_at: '2026-01-01T00:01:00+00:00',
            finish: Date.UTC(2026, 0, 1) / 1000,
          },
        },
      },
      time,
    };
    const { client, budget } = await setup([{ body: { result: 1, time } }, { body }]);
    await client.call('profile', {}, READ);
    await client.batch(
      ['a', 'b', 'c'].map((key) => ({
        key,
        method: key === 'c' ? 'crm.item.get' : 'crm.item.update',
        params: {},
      })),
      { ...READ, halt: false },
    );
    expect(budget.spentReports).toEqual([
      { method: 'profile', seconds: 1.5, freesInMs: 30_500, perCall: 0 },
      { method: 'crm.item.update', seconds: 3.5, freesInMs: 30_500, perCall: 0.6 },
      { method: 'crm.item.get', seconds: 1, freesInMs: 61_000, perCall: 0 },
    ]);
  });

  test('reckons a window by how far its end is ahead of the answer, whatever the clocks of the portal say', async () => {
    const finish = 1_500_000_000;
    const time = { operating: 9, duration: 2, finish, operating_reset_at: finish + 120 };
    const { client, budget } = await setup([{ body: { result: 1, time } }]);

    await client.call('profile', {}, READ);

    const [report] = budget.spentReports;
    expect(report).toEqual({ method: 'profile', seconds: 9, freesInMs: 121_000, perCall: 2 });
  });

  test('waits for no window longer than the portal has, whatever anybody says', async () => {
    const time = { operating: 9, operating_reset_at: Date.now() / 1000 + 86_400 };
    const { client, budget } = await setup([{ body: { result: 1, time } }]);

    await client.call('profile', {}, READ);

    expect(budget.spentReports).toMatchObject([{ freesInMs: 601_000 }]);
  });

  test('hears which methods were refused inside a batch for their operating time', async () => {
    const refused = { error: 'OPERATION_TIME_LIMIT', error_description: '' };
    const { client, budget } = await setup([
      { body: batchBody({ a: 1 }, { b: refused, c: refused }) },
    ]);
    const command = (key: string, method: string) => ({ key, method, params: {} });

    const answers = await client.batch(
      [
        command('a', 'crm.item.get'),
        command('b', 'crm.item.update'),
        command('c', 'crm.item.update'),
      ],
      { ...WRITE, halt: false },
    );

    expect(answers.get('b')).toMatchObject({ ok: false, code: 'OPERATION_TIME_LIMIT' });
    expect(budget.exhaustedMethods).toEqual(['crm.item.update']);
  });

  test('keeps a method back whose operating time is spent, before anything is sent', async () => {
    const { client, portal, budget } = await setup([{ body: { result: 1 } }]);
    budget.waits.set('crm.item.update', 90_000);
    const command = { key: 'a', method: 'crm.item.update', params: {} };
    const fault = await faultOf(client.batch([command], { ...WRITE, halt: false }));
    expect(fault).toMatchObject({ code: 'portal-time-limited', retryAfterMs: 90_000 });
    expect(portal.requests).toHaveLength(0);
    expect(budget.taken).toHaveLength(0);
  });

  test('is not shared or slowed by the SDK: a hundred calls go out unhindered', async () => {
    const { client, portal } = await setup([{ body: { result: 1 } }]);
    await Promise.all(Array.from({ length: 100 }, () => client.call('profile', {}, WRITE)));
    expect(portal.requests).toHaveLength(100);
  });

  test('is not held up by the SDK either when the clock of the machine steps back by a day', async () => {
    const { client, portal } = await setup([{ body: { result: 1 } }]);
    const right = Date.now;
    try {
      await client.call('profile', {}, READ);
      Date.now = () => right() - 86_400_000;
      // Held up, it would be for that day.
      await client.call('profile', {}, READ);
    } finally {
      Date.now = right;
    }
    expect(portal.requests).toHaveLength(2);
  });
});

describe('the webhook address', () => {
  test.each([
    'http://portal.example/rest/1/abc/',
    'https://portal.example/rest/1/abc/profile.json',
    'https://portal.example/rest/abc/',
    'https://user:pw@portal.example/rest/1/abc/',
    'https://portal.example/rest/1/abc/?x=1',
    'nonsense',
  ])('%s is refused without being quoted', (text) => {
    expect(() => parseWebhookUrl(text)).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        message: expect.not.stringContaining('abc'),
      }),
    );
  });

  test('may have a sub-path, no final slash, and http on this machine', () => {
    expect(parseWebhookUrl('https://p.example:8443/portal/rest/12/abc')).toEqual({
      origin: 'https://p.example:8443',
      path: '/portal/rest/12/abc',
      userId: 12,
    });
    expect(parseWebhookUrl('http://localhost:9/rest/1/a_b-c/').origin).toBe('http://localhost:9');
  });
});
