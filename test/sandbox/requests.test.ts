import { afterEach, describe, expect, it } from '@jest/globals';
import { DEALS, openPortal, postJson, readReply } from './support/portal-under-test.ts';
import type { Called, Fields, Reply } from './support/portal-under-test.ts';

let portal: Called;
afterEach(() => portal.sandbox.close());

interface BatchResult {
  readonly result: unknown;
  readonly result_error: unknown;
  readonly result_total: unknown;
  readonly result_next: unknown;
  readonly result_time: Readonly<Record<string, Fields>>;
}
const batch = (cmd: unknown, halt = 0): Promise<Reply<BatchResult>> =>
  portal.call<BatchResult>('batch', { halt, cmd });

describe('a request', () => {
  it('may be JSON, a form or a query, with .json or without', async () => {
    portal = await openPortal();
    const { webhookUrl } = portal.sandbox;
    portal.sandbox.control.createTicket({ ...DEALS, title: 'A & B' });
    const query = 'entityTypeId=2&filter[%25title]=A%20%26&select[]=id&select[]=title';
    const replies = [
      await fetch(`${webhookUrl}crm.item.list?${query}`),
      await fetch(`${webhookUrl}crm.item.list.json`, {
        method: 'POST',
        body: new URLSearchParams(query),
      }),
      await fetch(`${webhookUrl}crm.item.list`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          entityTypeId: '2',
          filter: { '%title': 'A &' },
          select: ['id', 'title'],
        }),
      }),
    ];
    for (const reply of replies) {
      const { body } = await readReply(reply);
      expect(body.result).toEqual({ items: [{ id: 1, title: 'A & B' }] });
    }
  });

  it('is answered with a time block', async () => {
    portal = await openPortal();
    const { body } = await portal.call('server.time');
    expect(Object.keys(body.time).sort()).toEqual([
      'date_finish',
      'date_start',
      'duration',
      'finish',
      'operating',
      'operating_reset_at',
      'processing',
      'start',
    ]);
  });

  it.each([
    ['nothing.at.all', {}, 404, 'ERROR_METHOD_NOT_FOUND'],
    ['crm.item.get', { entityTypeId: 2 }, 400, '100'],
    ['crm.item.get', { entityTypeId: 'deal', id: 1 }, 400, '100'],
    ['crm.item.list', { entityTypeId: 2, filter: 'id=1' }, 400, '100'],
    ['crm.item.get', { entityTypeId: 2, id: 1, ID: 1 }, 400, 'SANDBOX_UNKNOWN_PARAMETER'],
    ['crm.timeline.comment.add', { FIELDS: {} }, 400, 'SANDBOX_UNKNOWN_PARAMETER'],
  ])('%s with %j is refused: %d %s', async (method, params, status, code) => {
    portal = await openPortal();
    const reply = await portal.call(method, params);
    expect([reply.status, reply.body.error]).toEqual([status, code]);
  });

  it('with a wrong secret or of another user is not authorised', async () => {
    portal = await openPortal();
    const { url, webhookUrl } = portal.sandbox;
    const addresses = [`${url}/rest/1/wrong/profile`, webhookUrl.replace('/1/', '/2/') + 'profile'];
    for (const address of addresses) {
      const reply = await postJson(address, {});
      expect([reply.status, reply.body.error]).toEqual([401, 'NO_AUTH_FOUND']);
    }
  });

  it('needs the scope of its method', async () => {
    portal = await openPortal({ scopes: ['crm'] });
    const reply = await portal.call('im.notify.system.add', { USER_ID: 2, MESSAGE: 'x' });
    expect([reply.status, reply.body.error]).toEqual([403, 'insufficient_scope']);
    expect(await portal.result('scope')).toEqual(['crm']);
  });

  it.each([
    ['event.bind', 403, 'WRONG_AUTH_TYPE'],
    ['event.offline.get', 403, 'WRONG_AUTH_TYPE'],
    ['placement.bind', 403, 'WRONG_AUTH_TYPE'],
    ['app.option.set', 403, 'WRONG_AUTH_TYPE'],
    ['crm.activity.configurable.add', 400, 'ERROR_WRONG_CONTEXT'],
    ['bizproc.robot.add', 403, 'ACCESS_DENIED'],
    ['crm.automation.trigger.execute', 403, 'ACCESS_DENIED'],
  ])('to %s is for applications only (trap 26)', async (method, status, code) => {
    portal = await openPortal();
    const reply = await portal.call(method, { event: 'X', handler: 'https://a.example' });
    expect([reply.status, reply.body.error]).toEqual([status, code]);
  });

  it('under a foreign host name is not answered', async () => {
    portal = await openPortal();
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      request(`${portal.sandbox.url}/`, { headers: { Host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });
});

describe('a batch', () => {
  it('answers 200 with errors inside, and empty maps as lists (trap 17)', async () => {
    portal = await openPortal();
    const { status, body } = await batch({ good: 'profile', bad: 'crm.item.get?entityTypeId=2' });
    expect(status).toBe(200);
    expect(body.result).toMatchObject({
      result: { good: { ID: '1' } },
      result_error: { bad: { error: '100' } },
      result_total: [],
      result_next: [],
    });
    expect(Object.keys(body.result.result_time)).toEqual(['good']);
    expect((await batch({ good: 'profile' })).body.result.result_error).toEqual([]);
  });

  it('stops at the first error with halt, and takes nothing back', async () => {
    portal = await openPortal();
    const ref = portal.sandbox.control.createTicket({ ...DEALS, title: 'Deal' });
    const commands = {
      a: `crm.item.update?entityTypeId=2&id=${ref.id}&fields[title]=Changed`,
      b: 'nothing',
      c: `crm.item.update?entityTypeId=2&id=${ref.id}&fields[title]=Never`,
    };
    await batch(commands, 1);
    expect(portal.sandbox.control.ticket(ref).title).toBe('Changed');
    await batch(commands, 0);
    expect(portal.sandbox.control.ticket(ref).title).toBe('Never');
  });

  it('puts earlier results into later commands', async () => {
    portal = await openPortal();
    const ref = portal.sandbox.control.createTicket({ ...DEALS, title: 'Deal' });
    const { body } = await batch({
      list: 'crm.item.list?entityTypeId=2',
      one: 'crm.item.get?entityTypeId=2&id=$result[list][items][0][id]',
      log:
        'crm.timeline.comment.add?fields[ENTITY_TYPE]=deal&fields[ENTITY_ID]=$result[one][item][id]' +
        `&fields[COMMENT]=${encodeURIComponent('Ticket $result[one][item][title] & more')}`,
    });
    expect(body.result.result_error).toEqual([]);
    expect(portal.sandbox.control.comments(ref).map((c) => c.text)).toEqual(['Ticket Deal & more']);
  });

  it('takes 50 commands, and no batch inside', async () => {
    portal = await openPortal();
    const { body } = await batch(Array.from({ length: 51 }, () => 'server.time'));
    expect(body.result.result).toHaveLength(50);
    expect(body.result.result_error).toMatchObject({
      '50': { error: 'ERROR_BATCH_LENGTH_EXCEEDED' },
    });
    expect(portal.sandbox.stats).toMatchObject({ requests: 1, commands: 50 });
    const nested = await batch({ a: 'batch?cmd[x]=profile' });
    expect(nested.body.result.result_error).toMatchObject({
      a: { error: 'ERROR_BATCH_METHOD_NOT_ALLOWED' },
    });
  });

  it('that lasts 60 s is cut without an answer; what was done stays done', async () => {
    portal = await openPortal();
    const { control, faults } = portal.sandbox;
    faults.slowMethodMs = { 'crm.item.update': 25_000 };
    faults.slowWithoutWaiting = true;
    const refs = control.bulkCreate(4, { ...DEALS, title: 'Deal' });
    const cmd = refs.map((r) => `crm.item.update?entityTypeId=2&id=${r.id}&fields[title]=Done`);
    await expect(batch(cmd)).rejects.toThrow();
    expect(refs.map((ref) => control.ticket(ref).title === 'Done')).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('the limits (trap 31)', () => {
  it('let a burst of 50 pass, then refuse with 503, a batch being one request', async () => {
    portal = await openPortal({ limits: 'platform' });
    const replies = await Promise.all(Array.from({ length: 60 }, () => batch({ a: 'profile' })));
    const refused = replies.filter((reply) => reply.status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(10);
    expect(refused[0]?.body.error).toBe('QUERY_LIMIT_EXCEEDED');
    expect(portal.sandbox.stats.rejections).toBe(refused.length);
  });

  it('refuse the next call of a method after 480 s in ten minutes, and of that method only', async () => {
    portal = await openPortal({ limits: 'platform' });
    const { faults, clock } = portal.sandbox;
    faults.slowMethodMs = { profile: 250_000 };
    faults.slowWithoutWaiting = true;
    const first = await portal.call('profile');
    expect(first.body.time['operating']).toBeGreaterThanOrEqual(250);
    await portal.call('profile');
    const third = await portal.call('profile');
    expect([third.status, third.body.error]).toEqual([429, 'OPERATION_TIME_LIMIT']);
    expect((await portal.call('server.time')).status).toBe(200);
    expect((await batch({ a: 'profile' })).body.result.result_error).toMatchObject({
      a: { error: 'OPERATION_TIME_LIMIT' },
    });
    clock.advance(601_000);
    expect((await portal.call('profile')).status).toBe(200);
  });

  it('are gone when they are switched off', async () => {
    portal = await openPortal({ limits: 'off' });
    const replies = await Promise.all(Array.from({ length: 80 }, () => portal.call('profile')));
    expect(replies.every((reply) => reply.status === 200)).toBe(true);
  });
});

describe('a fault on order', () => {
  it('fails the next requests before they do anything', async () => {
    portal = await openPortal();
    portal.sandbox.faults.failNextRequests = { count: 1, status: 500, code: 'PORTAL_DELETED' };
    const reply = await portal.call('profile');
    expect([reply.status, reply.body.error]).toEqual([500, 'PORTAL_DELETED']);
    expect((await portal.call('profile')).status).toBe(200);
  });

  it('cuts the answer to a write that was applied', async () => {
    portal = await openPortal();
    const ref = portal.sandbox.control.createTicket({ ...DEALS, title: 'Deal' });
    portal.sandbox.faults.cutAfterWrite = 1;
    expect((await portal.call('profile')).status).toBe(200);
    const write = portal.call('crm.item.update', { ...ref, fields: { title: 'Written' } });
    await expect(write).rejects.toThrow();
    expect(portal.sandbox.control.ticket(ref).title).toBe('Written');
  });

  it('takes the portal down and brings it back', async () => {
    portal = await openPortal();
    portal.sandbox.faults.restDown = true;
    expect((await portal.call('profile')).status).toBe(503);
    portal.sandbox.faults.restDown = false;
    expect((await portal.call('profile')).status).toBe(200);
  });
});

describe('REST 3.0 (trap 36)', () => {
  const v3 = (method: string, body: unknown): Promise<Reply> =>
    postJson(portal.sandbox.webhookUrl.replace('/rest/', '/rest/api/') + method, body);

  it('has addresses, bodies and errors of its own', async () => {
    portal = await openPortal();
    const added = await v3('note.document.add', {
      fields: { collectionId: 42, title: 'Barrier does not open', markdown: '# Fix' },
    });
    expect(added.body.result).toMatchObject({ item: { id: 77, title: 'Barrier does not open' } });
    const unknown = await v3('crm.item.get', {});
    expect(unknown.body.error).toMatchObject({
      code: 'BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION',
    });
    const invalid = await v3('note.document.add', { fields: { collectionId: 42 } });
    expect(invalid.body.error).toMatchObject({ validation: [{ field: 'title' }] });
    expect((await portal.call('note.document.add', {})).status).toBe(404);
  });

  it('hides or refuses the note scope by the switch', async () => {
    portal = await openPortal();
    expect(await portal.result<string[]>('scope')).not.toContain('note');
    portal.sandbox.doubts.noteScope = 'refused';
    expect((await v3('note.collection.list', {})).status).toBe(403);
    portal.sandbox.doubts.noteScope = 'listed';
    expect(await portal.result<string[]>('scope')).toContain('note');
  });
});
