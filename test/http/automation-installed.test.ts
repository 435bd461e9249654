/** Robots and triggers of an installed portal: the sandbox's own robots and stages, over real HTTP and a real Redis. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Journal } from '../../src/app/ports/state.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createJournal } from '../../src/redis/journal.ts';
import { createKeys } from '../../src/redis/keys.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { nextWorkday } from '../support/a-workday.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { CLIENT_ID, PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { eventually } from '../support/eventually.ts';
import { confirmedByHand, readyTicket } from '../support/ready-ticket.ts';

const AGENT = 2;
const WORK = 'C5:PREPARATION';
const WAITING = 'C5:UC_WAIT';
const CLOSED = 'C5:WON';
type Ref = Sandbox['control'] extends { createTicket: (...args: never[]) => infer R } ? R : never;

let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;
let connections: Connections;
let journal: Journal;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true });
  [one, two] = app.portals;
  connections = createConnections({ url: app.redis.url, log: app.log });
  await connections.ready(10_000);
  journal = createJournal(connections.producer, createKeys(), app.log);
  for (const portal of [one, two]) {
    await app.install(portal);
    await app.setUp(portal);
  }
  await nextWorkday(app);
});
afterAll(async () => {
  await connections.close();
  await app.close();
});

const runOf = (portal: Sandbox, ref: Ref) =>
  portal.apps.robotRuns(CLIENT_ID).findLast((run) => run.ticket.id === ref.id);
const answered = (portal: Sandbox, ref: Ref) =>
  eventually(
    'the answer to a robot',
    () => runOf(portal, ref),
    (run) => run?.returned !== undefined && run.returned !== null,
  );
const standsOn = (portal: Sandbox, ref: Ref, stageId: string) =>
  eventually(
    `a ticket to stand on ${stageId}`,
    () => portal.control.ticket(ref).stageId,
    (now) => now === stageId,
  );
const requests = (portal: Sandbox, ref: Ref) =>
  portal.control
    .chats(ref)
    .flatMap((chat) => chat.messages.filter((message) => message.text.includes('/c/')));
/** The last thing a message leaves is its moment on the ticket. */
const isWritten = (portal: Sandbox, ref: Ref, label: string) =>
  eventually(
    `«${label}» to stand on the ticket`,
    async () => {
      const answer = await fetch(`${portal.url}/sandbox/api/ticket/2/${ref.id}`);
      const { fields } = (await answer.json()) as { fields: { label: string; value: unknown }[] };
      return fields.find((field) => field.label === label)?.value;
    },
    (value) => value !== undefined && value !== null && value !== '',
  );
const journalOf = async (portal: Sandbox, ref: Ref): Promise<readonly string[]> =>
  (await journal.latest(portal.memberId, 100))
    .filter((line) => line.ref?.id === ref.id)
    .map(({ kind }) => kind);
const signals = (portal: Sandbox, ref: Ref) =>
  portal.apps
    .triggerSignals(CLIENT_ID)
    .filter(({ ticket }) => ticket === `2:${ref.id}`)
    .map(({ code, moved }) => `${code} ${moved}`);

describe('a robot registered by an older address of the service', () => {
  it('is brought up to date when the portal is registered again', async () => {
    const HANDLER = `${app.url}/elsewhere`;
    const auth = two.apps.open(CLIENT_ID, { userId: 1 }).body['AUTH_ID'];
    const body = JSON.stringify({ auth, CODE: 'closegate_check', FIELDS: { HANDLER } });
    const headers = { 'Content-Type': 'application/json' };
    await fetch(`${two.url}/rest/bizproc.robot.update`, { method: 'POST', headers, body });

    await app.install(two);
    const off = two.apps.placeRobot(CLIENT_ID, { code: 'closegate_check', stageId: WORK });
    const ref = two.control.createTicket({ ...PIPELINE, title: 'Checked' }, AGENT);
    two.control.moveTicket(ref, WORK, AGENT);
    const run = await answered(two, ref);
    off();

    expect(run).toMatchObject({ delivered: 200, returned: { passed: 'N' } });
  });
});

describe('the robot on the closing stage', () => {
  let off: () => void;
  beforeAll(() => {
    off = one.apps.placeRobot(CLIENT_ID, { code: 'closegate_check', stageId: CLOSED });
  });
  afterAll(() => off());

  it('answers what is missing while the gate takes the ticket back', async () => {
    const ref = one.control.createTicket({ ...PIPELINE, title: 'Premature' }, AGENT);

    one.control.moveTicket(ref, CLOSED, AGENT);
    const run = await answered(one, ref);

    expect(run?.returned).toEqual({
      passed: 'N',
      missing: expect.stringContaining('Заполните «Решение»'),
    });
    expect(run?.log.join()).toContain('не готово к закрытию');
    await eventually(
      'the return',
      () => one.control.ticket(ref).stageId,
      (stageId) => stageId !== CLOSED,
    );
  });

  it('answers that a ready ticket may be closed', async () => {
    const ready = await readyTicket(one, 'Готовое');
    await confirmedByHand(one, ready);

    one.control.moveTicket(ready.ref, CLOSED, AGENT);
    const run = await answered(one, ready.ref);

    expect(run?.returned).toEqual({ passed: 'Y', missing: '' });
    expect(one.control.ticket(ready.ref).stageId).toBe(CLOSED);
  });

  it('is answered once when the queue delivers its call twice', async () => {
    one.faults.duplicateEvents = 1;
    const ref = one.control.createTicket({ ...PIPELINE, title: 'Twice' }, AGENT);
    one.stats.reset();
    one.control.moveTicket(ref, CLOSED, AGENT);

    await answered(one, ref);
    // Closing, robot's call and return, twice each.
    await eventually(
      'every delivery',
      () => one.stats.eventsSent,
      (sent) => sent >= 6,
    );
    one.faults.duplicateEvents = 0;

    expect(runOf(one, ref)?.log).toHaveLength(1);
  });
});

describe('the robot that asks', () => {
  it('moves the ticket to where its client is waited for, and the client is asked once', async () => {
    const { ref } = await readyTicket(one, 'Спросить клиента');
    one.control.moveTicket(ref, 'C5:NEW', AGENT);
    const off = one.apps.placeRobot(CLIENT_ID, { code: 'closegate_request', stageId: WORK });

    one.control.moveTicket(ref, WORK, AGENT);
    off();

    await standsOn(one, ref, WAITING);
    await eventually(
      'the request to the client',
      () => requests(one, ref).length,
      (count) => count > 0,
    );

    expect(requests(one, ref)).toHaveLength(1);
    expect(runOf(one, ref)?.delivered).toBe(200);
  });
});

describe('triggers', () => {
  it('«Closing returned» fires on the portal where it happened, and moves where it is attached', async () => {
    one.apps.attachTrigger(CLIENT_ID, { code: 'closegate_returned', stageId: WORK });
    const ref = one.control.createTicket({ ...PIPELINE, title: 'Too early' }, AGENT);

    one.control.moveTicket(ref, CLOSED, AGENT);
    await standsOn(one, ref, WORK);
    await eventually(
      'the signal',
      () => signals(one, ref),
      (seen) => seen.length > 0,
    );

    expect(signals(one, ref)).toEqual(['closegate_returned true']);
    expect(two.apps.triggerSignals(CLIENT_ID)).toEqual([]);
  });

  it('that puts returned tickets onto the closing stage again ends with the loop guard', async () => {
    two.apps.attachTrigger(CLIENT_ID, { code: 'closegate_returned', stageId: CLOSED });
    const ref = two.control.createTicket({ ...PIPELINE, title: 'Round and round' }, AGENT);

    two.control.moveTicket(ref, CLOSED, AGENT);
    await eventually(
      'the gate to stop',
      () => journalOf(two, ref),
      (kinds) => kinds.includes('stopped'),
    );

    expect(two.control.ticket(ref).stageId).toBe(CLOSED);
    expect(signals(two, ref).length).toBeGreaterThan(0);
    expect(signals(two, ref).length).toBeLessThan(6);
  });

  it('«The client did not answer» moves a ticket closed on silence to the stage an administrator chose', async () => {
    const { ref } = await readyTicket(one, 'Клиент молчит');
    one.apps.attachTrigger(CLIENT_ID, { code: 'closegate_no_answer', stageId: 'C5:LOSE' });
    one.control.moveTicket(ref, WAITING, AGENT);
    await isWritten(one, ref, 'Подтверждение запрошено');
    await nextWorkday(app);
    await isWritten(one, ref, 'Повторный запрос отправлен');
    await nextWorkday(app);
    await standsOn(one, ref, 'C5:LOSE');

    expect(signals(one, ref)).toEqual(['closegate_no_answer true']);
  });
});

describe('what robots are called with', () => {
  it('stands in no log line', () => {
    const secrets = app.portals.flatMap((portal) => [
      ...portal.apps.robotRuns(CLIENT_ID).map(({ eventToken }) => eventToken),
      ...portal.apps.secrets(CLIENT_ID),
    ]);
    expect(secrets.length).toBeGreaterThan(10);
    const said = JSON.stringify(app.log.lines);

    for (const secret of secrets) expect(said).not.toContain(secret);
  });
});
