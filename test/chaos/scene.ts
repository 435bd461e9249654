/** The portal of a chaos run: tickets ready for each kind of message, its clock, and what reached the clients. */
import type { Tools } from '../../src/app/ports/tools.ts';
import { setupPipeline } from '../../src/app/setup-pipeline.ts';
import { workCalendar } from '../../src/calendar/work-calendar.ts';
import { zoneRules } from '../../src/calendar/zone-rules.ts';
import { composeTools } from '../../src/compose-tools.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { isWorkingMoment } from '../../src/core/working-time.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';

export type Channel = 'chat' | 'email';
export type MessageKind = 'request' | 'reminder' | 'notice' | 'goes-on' | 'other';
export type Lacking = 'cause' | 'checkedHow' | 'problem';
export type FieldSeen =
  'confirmation' | 'askedAt' | 'remindedAt' | 'outcome' | 'closedAt' | 'cycle';
export interface Received {
  readonly kind: MessageKind;
  /** When it reached the client, by the portal's clock. */
  readonly at: number;
  readonly text: string;
}
export interface Ref {
  readonly entityTypeId: 2;
  readonly id: number;
}

/** Monday, 10:00 in Moscow. */
export const START = Date.parse('2025-02-03T10:00:00+03:00');
const TIME = {
  calendar: workCalendar(null, { country: 'ru', hours: null, weekDaysOff: null, years: [] }),
  zone: zoneRules('Europe/Moscow'),
};
const DEALS = { entityTypeId: 2, categoryId: 5 } as const;
const AGENT = 2;
/** The agent's own, before our time. */
const ANSWER = 'Исправили, код отправлен повторно.';
const HOUR_MS = 3_600_000;
const MOSCOW_MS = 3 * HOUR_MS;
/** A round must not run into the evening: messages would wait for the morning. */
const LAST_HOUR = 15;

export class Scene {
  readonly sandbox: Sandbox;
  readonly #policy: ClosingPolicy;

  constructor(sandbox: Sandbox, policy: ClosingPolicy) {
    this.sandbox = sandbox;
    this.#policy = policy;
  }

  now(): number {
    return this.sandbox.clock.now();
  }

  /** A ticket in work with everything written; the client is reached by this channel only. */
  createTicket(channel: Channel, confirmed: boolean): Ref {
    const ref = this.bareTicket(channel);
    this.fill(ref, confirmed);
    return ref;
  }

  /** A ticket in work with nothing written; client and agent have spoken, by this channel only. */
  bareTicket(channel: Channel): Ref {
    const ref = this.openTicket(channel);
    // Within one second nobody could tell whose word was the last.
    this.advance(60_000);
    this.answerClient(ref, channel);
    return ref;
  }

  /** A ticket in work; its client has written where it is a chat. */
  openTicket(channel: Channel): Ref {
    const { control } = this.sandbox;
    const contactId = control.addContact({
      name: 'Павел',
      lastName: 'Сомов',
      emails: channel === 'email' ? ['somov@client.example'] : [],
      phones: [],
    });
    const { id } = control.createTicket(
      {
        ...DEALS,
        stageId: 'C5:PREPARATION',
        title: 'Не приходит код',
        contactIds: [contactId],
        assignedById: AGENT,
      },
      AGENT,
    );
    const ref: Ref = { entityTypeId: 2, id };
    if (channel === 'chat') control.clientWrites(ref, 'Не приходит код для входа.');
    else control.addEmail(ref, { direction: 'in', subject: 'Код', text: 'Не приходит код.' });
    return ref;
  }

  answerClient(ref: Ref, channel: Channel): void {
    const { control } = this.sandbox;
    if (channel === 'chat') control.operatorWrites(ref, ANSWER, AGENT);
    else control.addEmail(ref, { direction: 'out', subject: 'Код', text: ANSWER }, AGENT);
  }

  /** The agent writes everything the regulation asks for, but for what is `lacking`. */
  fill(ref: Ref, confirmed: boolean, lacking: readonly Lacking[] = []): void {
    const { fields } = this.#policy;
    const empty = Object.fromEntries(lacking.map((key) => [fields[key], '']));
    this.sandbox.control.setFields(ref, { ...this.#written(confirmed), ...empty }, AGENT);
  }

  /** A change that no rule looks at. */
  edit(ref: Ref, title: string): void {
    this.sandbox.control.setFields(ref, { title }, AGENT);
  }

  #written(confirmed: boolean): Readonly<Record<string, unknown>> {
    const { fields, options } = this.#policy;
    return {
      [fields.problem]: 'Клиент не получает код подтверждения при входе.',
      [fields.cause]: 'Номер попал в стоп-лист шлюза СМС.',
      [fields.solution]: 'Номер убран из стоп-листа, код отправлен повторно.',
      [fields.checkedHow]: 'В журнале шлюза доставка без ошибок.',
      [fields.timeSpent]: 25,
      [fields.recommendations]: 'Обновить номер в профиле при смене оператора.',
      [fields.resources]: ['https://kb.example.test/sms'],
      [fields.kbDecision]: options.kbDecision['not-needed'],
      [fields.kbNote]: 'Случай разовый, статья о входе уже есть.',
      [fields.resolution]: 'Доступ восстановлен.',
      [fields.closeReason]: options.closeReason['solved'],
      ...(confirmed
        ? {
            [fields.confirmation]: options.confirmation['by-agent'],
            [fields.confirmationEvidence]: 'Звонок клиенту в 12:40, клиент подтвердил вход.',
          }
        : {}),
    };
  }

  drag(ref: Ref, stage: 'UC_WAIT' | 'WON' | 'PREPARATION'): void {
    this.sandbox.control.moveTicket(ref, `C5:${stage}`, AGENT);
  }

  /** Value of the ticket's field as the portal has it; null when empty. */
  field(ref: Ref, key: FieldSeen) {
    return this.sandbox.control.ticket(ref).uf.get(this.#policy.fields[key]) ?? null;
  }

  isAsked(ref: Ref): boolean {
    const asked = this.#policy.options.confirmation['asked'];
    return Number(this.field(ref, 'confirmation')) === asked;
  }

  isClosed(ref: Ref): boolean {
    return this.sandbox.control.ticket(ref).stageId === 'C5:WON';
  }

  stage(ref: Ref): string {
    return this.sandbox.control.ticket(ref).stageId.replace('C5:', '');
  }

  /** `confirmed`, `no-answer`…; null while none is written. */
  outcome(ref: Ref): string | null {
    const value = this.field(ref, 'outcome');
    const known = Object.entries(this.#policy.options.outcome);
    return value === null ? null : (known.find(([, id]) => id === Number(value))?.[0] ?? '?');
  }

  /** What the app told the staff on the ticket. */
  comments(ref: Ref): readonly string[] {
    return this.sandbox.control.comments(ref).map(({ text }) => text);
  }

  /** What the client of this ticket got, oldest first. */
  received(ref: Ref): readonly MessageKind[] {
    return this.messages(ref).map(({ kind }) => kind);
  }

  messages(ref: Ref): readonly Received[] {
    const { control } = this.sandbox;
    const said = control.chats(ref).flatMap((chat) =>
      chat.messages
        // The first words of the operator were before our time.
        .slice(2)
        .filter(({ senderId, delivered }) => senderId !== chat.clientUserId && delivered)
        .map(({ text, at }) => ({ kind: kindOf(text), at, text })),
    );
    const letters = control
      .sentLetters()
      .filter(({ bindings }) => bindings.some((b) => b.ownerTypeId === 2 && b.ownerId === ref.id))
      .filter(({ description }) => description !== ANSWER)
      .map(({ description: text, created: at }) => ({ kind: kindOf(text), at, text }));
    return [...said, ...letters];
  }

  advance(ms: number): void {
    this.sandbox.clock.advance(ms);
  }

  /** The same time of the next working day, and a little more, so that what fell due then is due. */
  nextWorkingDay(): void {
    this.advance(this.untilNextWorkingDay());
  }

  untilNextWorkingDay(): number {
    return workingDayAfter(this.now()) - this.now() + 2 * 60_000;
  }

  /** In the afternoon the next morning comes. */
  keepToDaytime(): void {
    this.advance(this.untilDaytime());
  }

  /** 0 before the afternoon; otherwise until the next working day at ten. */
  untilDaytime(): number {
    const hour = new Date(this.now() + MOSCOW_MS).getUTCHours();
    if (hour < LAST_HOUR) return 0;
    const morning = this.now() - (hour - 10) * HOUR_MS;
    return workingDayAfter(morning) - this.now();
  }
}

/** The same time of day on the working day after. */
export function workingDayAfter(at: number): number {
  let next = at + 24 * HOUR_MS;
  while (!isWorkingMoment(next, TIME)) next += 24 * HOUR_MS;
  return next;
}

function kindOf(text: string): MessageKind {
  if (text.includes('повторный запрос')) return 'reminder';
  if (text.includes('снова открыли')) return 'goes-on';
  if (text.includes('мы сделали следующее')) return 'request';
  return text.includes('закрыто') ? 'notice' : 'other';
}

/** A sandbox with its pipeline set up and enforced by the app's own setup. */
export async function openScene(redisUrl: string, dataDir: string): Promise<Scene> {
  const sandbox = await startSandbox({ seed: 'empty', limits: 'off', now: START });
  const tools = await composeTools({ webhookUrl: sandbox.webhookUrl, redisUrl, dataDir });
  try {
    return await setUpScene(sandbox, tools);
  } catch (error) {
    await sandbox.close();
    throw error;
  } finally {
    await tools.close();
  }
}

/** @param since moves from then on are judged; absent: from now on */
export async function setUpScene(
  sandbox: Sandbox,
  tools: Tools,
  since: number | null = null,
): Promise<Scene> {
  const clock = { now: () => sandbox.clock.now() };
  const result = await setupPipeline(
    {
      pipeline: DEALS,
      mode: 'enforce',
      language: 'ru',
      settings: [
        { key: 'lead', value: '4' },
        ...(since === null ? [] : [{ key: 'cutoff', value: new Date(since).toISOString() }]),
      ],
    },
    { ...tools, clock },
  );
  if (!result.ok) throw new Error(`setup: ${result.problems.map(({ code }) => code).join()}`);
  return new Scene(sandbox, result.policy);
}
