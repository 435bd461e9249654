import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/eventually.ts';
import { openAppPortal } from './support/app-under-test.ts';
import type { AppPortal } from './support/app-under-test.ts';
import type { Fields } from './support/portal-under-test.ts';

const DEAL = { entityTypeId: 2, id: 1 };
let portal: AppPortal;
beforeEach(async () => {
  portal = await openAppPortal();
});
afterEach(() => portal.close());

const refusal = async (method: string, params: Fields, userId = 1): Promise<unknown[]> => {
  const { status, body } = await portal.call(method, params, userId);
  return [status, body.error, body.error_description];
};
const code = async (...call: Parameters<typeof refusal>): Promise<unknown[]> =>
  (await refusal(...call)).slice(0, 2);

const robot = (): Fields => ({
  CODE: 'check',
  HANDLER: `${portal.server.url}/robot`,
  AUTH_USER_ID: 1,
  USE_SUBSCRIPTION: 'Y',
  NAME: { en: 'Check', ru: 'Check it' },
  PROPERTIES: {
    policy: { Name: 'Policy', Type: 'select', Options: { std: 'Standard' }, Default: 'std' },
  },
  RETURN_PROPERTIES: {
    Passed: { Name: 'Passed', Type: 'bool' },
    missing: { Name: 'Missing', Type: 'string' },
  },
});
const place = (more: { timeoutSeconds?: number } = {}): (() => void) =>
  portal.sandbox.apps.placeRobot(portal.clientId, {
    code: 'check',
    stageId: 'C5:UC_WAIT',
    ...more,
  });
const enter = (): void => portal.sandbox.control.moveTicket(DEAL, 'C5:UC_WAIT', 3);
const answer = async (): Promise<void> => {
  const EVENT_TOKEN = runs()[0]?.eventToken;
  await portal.result('bizproc.event.send', { EVENT_TOKEN, RETURN_VALUES: { Passed: 'Y' } });
};
const runs = (): ReturnType<typeof portal.sandbox.apps.robotRuns> =>
  portal.sandbox.apps.robotRuns(portal.clientId);

describe('a robot of the app', () => {
  it('gets the documented body when a ticket enters its stage, and waits for the answer', async () => {
    expect(await portal.result('bizproc.robot.add', robot())).toBe(true);
    expect(await portal.result('bizproc.robot.list')).toEqual(['check']);
    place();
    enter();
    const { path, body } = await portal.server.first();
    expect([path, body]).toMatchObject([
      '/robot',
      {
        code: 'check',
        document_id: ['crm', 'CCrmDocumentDeal', 'DEAL_1'],
        document_type: ['crm', 'CCrmDocumentDeal', 'DEAL'],
        properties: { policy: 'std' },
        use_subscription: 'Y',
        timeout_duration: '0',
        auth: { user_id: '1', application_token: expect.any(String) },
      },
    ]);
    expect(body['auth']).not.toHaveProperty('refresh_token');
    await until(() => runs()[0]?.delivered === 200);
    expect(runs()).toMatchObject([{ state: 'waiting', returned: null, ticket: DEAL }]);
    await portal.result('bizproc.event.send', {
      event_token: body['event_token'],
      return_values: { passed: 'N', MISSING: 'cause', other: 1 },
      log_message: 'looked',
    });
    expect(runs()).toMatchObject([
      { state: 'done', returned: { Passed: 'N', missing: 'cause' }, log: ['looked'] },
    ]);
    const late = { EVENT_TOKEN: body['event_token'], RETURN_VALUES: { Passed: 'Y' } };
    expect(await portal.result('bizproc.event.send', late)).toBe(true);
    expect(runs()[0]?.returned).toEqual({ Passed: 'N', missing: 'cause' });
    const logs = portal.sandbox.control.logs(DEAL).map((log) => log.text);
    expect(logs).toContain('Passed = N\nmissing = cause');
  });

  it('names a smart-process item by its own document', async () => {
    await portal.result('bizproc.robot.add', robot());
    const [item] = portal.sandbox.control.tickets(1034);
    const stageId = 'DT1034_12:SUCCESS';
    portal.sandbox.apps.placeRobot(portal.clientId, { code: 'check', stageId });
    portal.sandbox.control.moveTicket({ entityTypeId: 1034, id: item?.id ?? 0 }, stageId, 3);
    await until(() => portal.server.told.length === 1);
    expect(portal.server.told[0]?.body['document_id']).toEqual([
      'crm',
      'Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic',
      `DYNAMIC_1034_${item?.id}`,
    ]);
  });

  it('is too late after its time, though the answer is taken', async () => {
    await portal.result('bizproc.robot.add', robot());
    place({ timeoutSeconds: 60 });
    enter();
    portal.sandbox.clock.advance(60_000);
    expect(runs()[0]?.state).toBe('timed-out');
    const answer = { EVENT_TOKEN: runs()[0]?.eventToken, RETURN_VALUES: { Passed: 'Y' } };
    expect(await portal.result('bizproc.event.send', answer)).toBe(true);
    expect(runs()[0]).toMatchObject({ state: 'timed-out', returned: null });
    const forged = { ...answer, EVENT_TOKEN: 'forged' };
    expect(await code('bizproc.event.send', forged)).toMatchObject([403, 'ACCESS_DENIED']);
  });

  it('does not wait without a subscription, unless the doubt says so', async () => {
    const { USE_SUBSCRIPTION: _waits, ...plain } = robot();
    await portal.result('bizproc.robot.add', plain);
    place();
    enter();
    expect(runs()[0]?.state).toBe('done');
    portal.sandbox.doubts.robotWaitsByDefault = true;
    portal.sandbox.control.moveTicket({ entityTypeId: 2, id: 2 }, 'C5:UC_WAIT', 3);
    expect(runs()[1]?.state).toBe('waiting');
  });

  it.each([
    ['is answered', () => answer()],
    ['has waited its time', async () => portal.sandbox.clock.advance(60_000)],
  ])('that waits holds up the robots behind it until it %s', async (_when, release) => {
    await portal.result('bizproc.robot.add', robot());
    place({ timeoutSeconds: 60 });
    place({ timeoutSeconds: 60 });
    enter();
    await until(() => runs()[0]?.delivered === 200);
    expect(runs()).toHaveLength(1);

    await release();

    await until(() => runs()[1]?.delivered === 200);
    expect(
      runs()
        .map(({ state }) => state)
        .at(-1),
    ).toBe('waiting');
  });

  it('behind one that waits is not run any more when the ticket has moved on', async () => {
    await portal.result('bizproc.robot.add', robot());
    place();
    place();
    enter();
    portal.sandbox.control.moveTicket(DEAL, 'C5:PREPARATION', 3);

    await answer();

    expect(runs()).toMatchObject([{ state: 'done' }]);
  });

  it('carries a refresh token only where the doubt says so', async () => {
    await portal.result('bizproc.robot.add', robot());
    place();
    portal.sandbox.doubts.robotRefreshToken = true;
    enter();

    const { body } = await portal.server.first();

    expect(body['auth']).toHaveProperty('refresh_token');
  });

  it('is changed and deleted by its code; a deleted one does nothing on its stage', async () => {
    await portal.result('bizproc.robot.add', robot());
    const update = { CODE: 'check', FIELDS: { HANDLER: `${portal.server.url}/other` } };
    expect(await portal.result('bizproc.robot.update', update)).toBe(true);
    place();
    enter();
    await until(() => portal.server.told[0]?.path === '/other');
    await portal.result('bizproc.robot.delete', { CODE: 'check' });
    portal.sandbox.control.moveTicket({ entityTypeId: 2, id: 2 }, 'C5:UC_WAIT', 3);
    expect(runs()).toHaveLength(1);
    expect(await code('bizproc.robot.delete', { CODE: 'check' })).toMatchObject([
      400,
      'ERROR_ACTIVITY_NOT_FOUND',
    ]);
  });

  it.each([
    [{ CODE: '' }, 'ERROR_ACTIVITY_VALIDATION_FAILURE', 'Empty activity code!'],
    [{ CODE: 'a b' }, 'ERROR_ACTIVITY_VALIDATION_FAILURE', 'Wrong activity code!'],
    [{ NAME: '' }, 'ERROR_ACTIVITY_VALIDATION_FAILURE', 'Empty activity NAME!'],
    [
      { PROPERTIES: { '1a': { Name: 'A', Type: 'string' } } },
      'ERROR_ACTIVITY_VALIDATION_FAILURE',
      'Wrong property key 1a!',
    ],
    [
      { RETURN_PROPERTIES: { a: { Type: 'string' } } },
      'ERROR_ACTIVITY_VALIDATION_FAILURE',
      'Empty property NAME a!',
    ],
    [
      { PROPERTIES: { a: { Name: 'A', Type: 'colour' } } },
      'ERROR_ACTIVITY_VALIDATION_FAILURE',
      'Wrong properties array!',
    ],
    [{ FILTER: { ONLY: [] } }, 'ERROR_ACTIVITY_VALIDATION_FAILURE', 'Wrong activity FILTER!'],
    [
      { DOCUMENT_TYPE: ['crm'] },
      'ERROR_ACTIVITY_VALIDATION_FAILURE',
      'Wrong activity DOCUMENT_TYPE!',
    ],
    [{ HANDLER: 'https://elsewhere.example/r' }, 'ERROR_WRONG_HANDLER_URL', 'Wrong handler URL'],
    [{ HANDLER: 'ftp://a.example' }, 'ERROR_UNSUPPORTED_PROTOCOL', 'Unsupported handler protocol'],
  ])('is refused with %j', async (wrong, code, text) => {
    expect(await refusal('bizproc.robot.add', { ...robot(), ...wrong })).toEqual([400, code, text]);
  });

  it('is refused twice, and to plain users', async () => {
    expect(await code('bizproc.robot.add', robot(), 2)).toMatchObject([400, 'ACCESS_DENIED']);
    await portal.result('bizproc.robot.add', robot());
    expect(await code('bizproc.robot.add', robot())).toMatchObject([
      400,
      'ERROR_ACTIVITY_ALREADY_INSTALLED',
    ]);
  });
});

describe('a trigger of the app', () => {
  const add = (): Promise<unknown> =>
    portal.result('crm.automation.trigger.add', { CODE: 'solved', NAME: 'Solved' });
  const fire = (params: Fields = {}): Promise<unknown> =>
    portal.result('crm.automation.trigger.execute', {
      CODE: 'solved',
      OWNER_TYPE_ID: 2,
      OWNER_ID: 1,
      ...params,
    });
  const moved = (): unknown[] =>
    portal.sandbox.apps.triggerSignals(portal.clientId).map((signal) => signal.moved);

  it('moves the ticket to the stage it is attached to, forwards only', async () => {
    await add();
    expect(await portal.result('crm.automation.trigger.list')).toEqual([
      { NAME: 'Solved', CODE: 'solved' },
    ]);
    const { apps, control } = portal.sandbox;
    expect(await fire()).toBe(true);
    apps.attachTrigger(portal.clientId, { code: 'solved', stageId: 'C5:UC_WAIT' });
    await fire();
    expect(control.ticket(DEAL).stageId).toBe('C5:UC_WAIT');
    await fire();
    control.moveTicket(DEAL, 'C5:WON', 2);
    await fire();
    expect([moved(), control.ticket(DEAL).stageId]).toEqual([
      [false, true, false, false],
      'C5:WON',
    ]);
  });

  it('is fired for the tickets of a contact or a company by its id', async () => {
    await add();
    const { apps, control } = portal.sandbox;
    const contactId = control.addContact({ name: 'A', lastName: 'B', emails: [], phones: [] });
    const wanted = { entityTypeId: 2, categoryId: 5, title: 'Linked', contactIds: [contactId] };
    const [one, two] = [control.createTicket(wanted), control.createTicket(wanted)];
    apps.attachTrigger(portal.clientId, { code: 'solved', stageId: 'C5:UC_WAIT' });

    await fire({ OWNER_TYPE_ID: 3, OWNER_ID: contactId });

    const stages = [one, two].map((ref) => control.ticket(ref).stageId);
    expect(stages).toEqual(['C5:UC_WAIT', 'C5:UC_WAIT']);
  });

  it.each([
    ['zero', 0],
    ['trigger-user', 1],
  ] as const)('moves in the name the doubt says: %s', async (side, movedBy) => {
    await add();
    portal.sandbox.doubts.robotMovedBy = side;
    portal.sandbox.apps.attachTrigger(portal.clientId, { code: 'solved', stageId: 'C5:UC_WAIT' });

    await fire();

    expect(portal.sandbox.control.ticket(DEAL).movedBy).toBe(movedBy);
  });

  it('answers true for what is not there, and moves back only where allowed', async () => {
    await add();
    const { apps, control } = portal.sandbox;
    const stageId = 'C5:NEW';
    apps.attachTrigger(portal.clientId, { code: 'solved', stageId, allowBack: true });
    await fire();
    expect(control.ticket(DEAL).stageId).toBe(stageId);
    expect(await fire({ OWNER_ID: 99_999 })).toBe(true);
    expect(moved()).toEqual([true, false]);
  });

  it('is refused by text with an empty code', async () => {
    const add = 'crm.automation.trigger.add';
    const execute = 'crm.automation.trigger.execute';
    const call = { CODE: 'x', OWNER_TYPE_ID: 2, OWNER_ID: 1 };
    expect(await refusal(add, { NAME: 'N' })).toEqual([400, '', 'Empty trigger code!']);
    expect(await refusal(add, { CODE: 'A!', NAME: 'N' })).toEqual([400, '', 'Wrong trigger code!']);
    expect(await refusal(add, { CODE: 'a' })).toEqual([400, '', 'Empty trigger name!']);
    expect(await code(execute, call)).toMatchObject([400, '']);
    expect(await code(add, { CODE: 'x', NAME: 'N' }, 2)).toMatchObject([403, 'ACCESS_DENIED']);
    await portal.result(add, { CODE: 'x', NAME: 'N' });
    expect(await refusal(execute, { ...call, OWNER_TYPE_ID: 777 })).toEqual([
      400,
      '',
      'Incorrect parameter OWNER_TYPE_ID.',
    ]);
    expect(await code(execute, { ...call, OWNER_ID: 0 })).toMatchObject([400, '']);
    expect(await portal.result('crm.automation.trigger.delete', { CODE: 'x' })).toBe(true);
    expect(await refusal('crm.automation.trigger.delete', { CODE: 'x' })).toEqual([
      400,
      '',
      'Trigger not found',
    ]);
  });
});
