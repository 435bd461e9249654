/** Setup and doctor, against the sandbox portal over real HTTP. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { FieldSpec } from '../../src/app/ports/setup.ts';
import { connectPortal } from '../../src/bitrix24/connect-portal.ts';
import { FIELD_KEYS } from '../../src/core/policy.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { connectSandbox, DEALS, ITEMS, SPECS } from '../support/connected-portal.ts';
import type { Connected } from '../support/connected-portal.ts';
import { CountingBudget } from '../support/counting-budget.ts';
import { recordingLog } from '../support/recording-log.ts';

const open: Connected[] = [];

async function connect(options: SandboxOptions = {}): Promise<Connected> {
  const connected = await connectSandbox(options);
  open.push(connected);
  return connected;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ sandbox }) => sandbox.close()));
});

const nothing = (): void => undefined;

describe.each([
  ['deals', DEALS, 'policy', 'UF_CRM_CG_'] as const,
  ['smart processes', ITEMS, 'items', 'UF_CRM_7_CG_'] as const,
])('the fields of %s', (_name, pipeline, which, prefix) => {
  test('are all created, named after their keys, with every list item', async () => {
    const connected = await connect();
    const policy = connected[which];
    expect(policy.fields.solution).toBe(`${prefix}SOLUTION`);
    expect(policy.fields.checkedHow).toBe(`${prefix}CHECKED_HOW`);
    expect(Object.keys(policy.fields).toSorted()).toEqual(FIELD_KEYS.toSorted());
    const existing = await connected.probe.fieldNames(pipeline.entityTypeId);
    expect(existing).toEqual(expect.arrayContaining(Object.values(policy.fields)));
    for (const spec of SPECS.filter(({ type }) => type === 'choice')) {
      const ids = Object.entries(connected[which].options).find(([key]) => key === spec.key)?.[1];
      expect(Object.keys(ids ?? {})).toEqual(spec.items.map(({ code }) => code));
      expect(new Set(Object.values(ids ?? {})).size).toBe(spec.items.length);
    }
  });

  test('are created once: a second run changes nothing and reports the same', async () => {
    const connected = await connect();
    const report = await connected.setup.ensureFields(pipeline.entityTypeId, SPECS, nothing);
    expect(report.created).toEqual([]);
    expect(report.fields).toEqual(connected[which].fields);
    expect(report.options).toEqual(connected[which].options);
    const writes = Object.keys(connected.sandbox.stats.byMethod).filter((m) =>
      /add|update/.test(m),
    );
    expect(writes).toEqual([]);
  });
});

describe('the setup', () => {
  test('tells its progress field by field', async () => {
    const { sandbox, setup } = await connect();
    const spec = SPECS.find(({ key }) => key === 'solution');
    if (!spec) throw new Error('no such spec');
    const heard: string[] = [];
    await setup.ensureFields(2, [spec], (done, total) => heard.push(`${done}/${total}`));
    expect(heard).toEqual(['1/1']);
    expect(sandbox.stats.requests).toBe(1);
  });

  test('adds an item that a list of deals lacks and keeps the others', async () => {
    const { setup, policy } = await connect();
    const spec = SPECS.find(({ key }) => key === 'mistakeCause');
    if (!spec) throw new Error('no such spec');
    const longer: FieldSpec = {
      ...spec,
      items: [...spec.items, { code: 'weather', label: { ru: 'w', en: 'w' } }],
    };
    const report = await setup.ensureFields(2, [longer], nothing);
    expect(report.options['mistakeCause']).toMatchObject(policy.options.mistakeCause);
    expect(report.options['mistakeCause']?.['weather']).toBeGreaterThan(0);
  });

  /** A portal on which nothing has been set up yet. */
  async function fresh() {
    const sandbox = await startSandbox({ seed: 'empty', limits: 'off' });
    const { setup } = connectPortal({
      webhookUrl: sandbox.webhookUrl,
      portalId: 'p1',
      budget: new CountingBudget(),
      log: recordingLog(),
      retryDelayMs: 1,
    });
    const close = () => sandbox.close();
    return { sandbox, setup, close };
  }

  test('goes on after a broken connection without creating a field twice', async () => {
    const { sandbox, setup, close } = await fresh();
    try {
      sandbox.faults.cutAfterWrite = 1;
      const report = await setup.ensureFields(2, SPECS, nothing);
      expect(report.created).toHaveLength(SPECS.length);
      expect(new Set(Object.values(report.fields)).size).toBe(SPECS.length);
      expect(sandbox.stats.byMethod['crm.deal.userfield.add']).toBe(SPECS.length);
    } finally {
      await close();
    }
  });

  test('takes a field found by its XML_ID under whatever name it has', async () => {
    const { sandbox, setup, close } = await fresh();
    try {
      sandbox.control.addField({
        entityId: 'CRM_DEAL',
        entityTypeId: 2,
        name: 'UF_CRM_1700000001',
        type: 'string',
        xmlId: 'CG_SOLUTION',
      });
      const report = await setup.ensureFields(2, SPECS, nothing);
      expect(report.fields.solution).toBe('UF_CRM_1700000001');
      expect(report.created).not.toContain('solution');
      expect(report.created).toContain('problem');
    } finally {
      await close();
    }
  });

  test('refuses a field of its own name that has another type', async () => {
    const { setup } = await connect();
    const spec: FieldSpec = {
      key: 'solution',
      type: 'integer',
      service: false,
      label: { ru: 'r', en: 'e' },
      items: [],
    };
    await expect(setup.ensureFields(2, [spec], nothing)).rejects.toMatchObject({
      code: 'portal-rejected',
      detail: 'UF_CRM_CG_SOLUTION',
    });
  });

  test('lists pipelines and their stages with what they mean', async () => {
    const { sandbox, setup } = await connect();
    expect(await setup.listPipelines(2)).toEqual(
      expect.arrayContaining([expect.objectContaining({ entityTypeId: 2, categoryId: 5 })]),
    );
    const stages = await setup.listStages([2, 1034]);
    expect(sandbox.stats.requests).toBe(3);
    const shown = (categoryId: number) =>
      stages
        .filter((stage) => stage.categoryId === categoryId)
        .map(({ stageId, semantics }) => `${stageId}=${semantics}`);
    expect(shown(5)).toEqual([
      'C5:NEW=process',
      'C5:PREPARATION=process',
      'C5:UC_WAIT=process',
      'C5:WON=success',
      'C5:LOSE=failure',
    ]);
    expect(shown(0)).toContain('WON=success');
    expect(shown(12)).toContain('DT1034_12:SUCCESS=success');
    expect(shown(12)).toContain('DT1034_12:FAIL=failure');
  });

  test('finds no stages in a smart process that is gone', async () => {
    const { setup } = await connect();
    expect(await setup.listStages([999])).toEqual([]);
  });

  test('counts the tickets of a pipeline', async () => {
    const { sandbox, setup } = await connect();
    sandbox.control.bulkCreate(55, { ...DEALS, title: 'T' });
    sandbox.control.createTicket({ entityTypeId: 2, categoryId: 0, title: 'Other' });
    expect(await setup.countTickets(DEALS)).toBe(55);
  });
});

describe('the probe', () => {
  test('knows scopes, user and time', async () => {
    const { probe, setup, tickets, sandbox } = await connect({ now: Date.UTC(2026, 2, 2, 9) });
    expect(await probe.scopes()).toEqual(expect.arrayContaining(['crm', 'im']));
    expect(await probe.profile()).toEqual({ id: 1, admin: true });
    expect(Math.abs((await probe.serverTime()) - sandbox.clock.now())).toBeLessThan(60_000);
    expect(await setup.appUserId()).toBe(1);
    sandbox.stats.reset();
    expect([await tickets.appUserId(), await tickets.appUserId()]).toEqual([1, 1]);
    expect(sandbox.stats.requests).toBe(1);
  });

  test('says what the webhook may do with the pipeline, leaving no trace', async () => {
    const { sandbox, probe } = await connect();
    expect(await probe.rights(DEALS)).toBe('ok');
    expect(await probe.rights({ entityTypeId: 2, categoryId: 77 })).toBe('none');
    const ref = sandbox.control.createTicket({ ...DEALS, title: 'T' });
    const before = sandbox.control.ticket(ref).updatedTime;
    expect(await probe.rights(DEALS)).toBe('ok');
    expect(sandbox.control.ticket(ref).updatedTime).toBe(before);
    sandbox.control.hideTicket(ref);
    expect(await probe.rights({ entityTypeId: 999, categoryId: 1 })).toBe('none');
  });

  test('nudges the newest open ticket and leaves the field as it was', async () => {
    const { sandbox, probe, policy } = await connect();
    expect(await probe.nudge(policy)).toBeNull();
    const openTicket = sandbox.control.createTicket({ ...DEALS, title: 'Open' });
    sandbox.control.createTicket({ ...DEALS, title: 'Closed', stageId: 'C5:WON' });
    expect(await probe.nudge(policy)).toEqual(openTicket);
    expect(sandbox.control.ticket(openTicket).uf.get(policy.fields.policyVersion) ?? '').toBe('');
    expect(sandbox.stats.byMethod['crm.item.update']).toBe(2);
  });

  test('links to the card of deals and smart-process items', async () => {
    const { tickets, sandbox } = await connect();
    expect(tickets.ticketLink({ entityTypeId: 2, id: 7 })).toBe(
      `${sandbox.url}/crm/deal/details/7/`,
    );
    expect(tickets.ticketLink({ entityTypeId: 1034, id: 7 })).toBe(
      `${sandbox.url}/crm/type/1034/details/7/`,
    );
  });
});
