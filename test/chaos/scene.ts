/** The portal of a chaos run: tickets ready for each kind of message, its clock, and what reached the clients. */
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
export interface Ref {
  readonly entityTypeId: 2;
  readonly id: number;
}

/** Monday, 10:00 in Moscow. */
const START = Date.parse('2025-02-03T10:00:00+03:00');
const TIME = {
  calendar: workCalendar(null, { country: 'ru', hours: null, weekDaysOff: null, years: [] }),
  zone: zoneRules('Europe/Moscow'),
};
const DEALS = { entityTypeId: 2, categoryId: 5 } as const;
const AGENT = 2;
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
    if (channel === 'chat') {
      control.clientWrites(ref, 'Не приходит код для входа.');
      // Within one second nobody could tell whose word was the last.
      this.advance(60_000);
      control.operatorWrites(ref, 'Исправили, код отправлен повторно.', AGENT);
    }
    control.setFields(ref, this.#written(confirmed), AGENT);
    return ref;
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
  field(ref: Ref, key: 'confirmation' | 'askedAt' | 'remindedAt' | 'outcome' | 'closedAt') {
    return this.sandbox.control.ticket(ref).uf.get(this.#policy.fields[key]) ?? null;
  }

  isAsked(ref: Ref): boolean {
    const asked = this.#policy.options.confirmation['asked'];
    return Number(this.field(ref, 'confirmation')) === asked;
  }

  isClosed(ref: Ref): boolean {
    return this.sandbox.control.ticket(ref).stageId === 'C5:WON';
  }

  /** What the app told the staff on the ticket. */
  comments(ref: Ref): readonly string[] {
    return this.sandbox.control.comments(ref).map(({ text }) => text);
  }

  /** What the client of this ticket got, oldest first. */
  received(ref: Ref): readonly MessageKind[] {
    const { control } = this.sandbox;
    const said = control.chats(ref).flatMap((chat) =>
      chat.messages
        // The first words of the operator were before our time.
        .slice(2)
        .filter(({ senderId, delivered }) => senderId !== chat.clientUserId && delivered)
        .map(({ text }) => text),
    );
    const letters = control
      .sentLetters()
      .filter(({ bindings }) => bindings.some((b) => b.ownerTypeId === 2 && b.ownerId === ref.id))
      .map(({ description }) => description);
    return [...said, ...letters].map(kindOf);
  }

  advance(ms: number): void {
    this.sandbox.clock.advance(ms);
  }

  /** The same time of the next working day, and a little more, so that what fell due then is due. */
  nextWorkingDay(): void {
    this.#nextDay();
    this.advance(2 * 60_000);
  }

  /** The sandbox knows no moved days off (2 May 2025), the app does. */
  #nextDay(): void {
    do this.sandbox.clock.nextWorkingDay();
    while (!isWorkingMoment(this.now(), TIME));
  }

  /** In the afternoon the next morning comes. */
  keepToDaytime(): void {
    const local = new Date(this.now() + MOSCOW_MS);
    if (local.getUTCHours() < LAST_HOUR) return;
    this.#nextDay();
    // Backwards within the day is not possible: on to the morning after.
    const hour = new Date(this.now() + MOSCOW_MS).getUTCHours();
    this.advance((24 + 10 - hour) * HOUR_MS);
    if (!isWorkingMoment(this.now(), TIME)) this.#nextDay();
  }
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
    const result = await setupPipeline(
      {
        pipeline: DEALS,
        mode: 'enforce',
        language: 'ru',
        settings: [{ key: 'lead', value: '4' }],
      },
      { ...tools, clock: { now: () => sandbox.clock.now() } },
    );
    if (!result.ok) throw new Error(`setup: ${result.problems.map(({ code }) => code).join()}`);
    return new Scene(sandbox, result.policy);
  } catch (error) {
    await sandbox.close();
    throw error;
  } finally {
    await tools.close();
  }
}
