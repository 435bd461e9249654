/** What an agent and a client do with one ticket, on the portal's own pages and on ours. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/mutate.ts';
import { pick } from '../support/mutate.ts';
import { postFrame } from '../support/sandbox-app.ts';
import type { Desk } from './desk.ts';
import { DEALS } from './desk.ts';
import { awaited } from './pace.ts';

export interface Ref {
  readonly entityTypeId: number;
  readonly id: number;
}

export interface Ticket {
  readonly ref: Ref;
  readonly agent: number;
  readonly channel: 'chat' | 'email';
}

type Values = Readonly<Record<string, unknown>>;

/** A client writes, the ticket is there, an agent takes it. */
export function openTicket(desk: Desk, n: number, random: Random): Ticket {
  const { control } = desk.sandbox;
  const channel = pick(random, ['chat', 'email'] as const);
  const agent = pick(random, desk.agents);
  const contactId = control.addContact({
    name: 'Павел',
    lastName: `Сомов ${n}`,
    emails: channel === 'email' ? [`client${n}@client.example`] : [],
    phones: [],
  });
  const wanted = {
    ...DEALS,
    title: `Не приходит код, ${n}`,
    contactIds: [contactId],
    assignedById: agent,
  };
  const ref = control.createTicket(wanted, agent);
  if (channel === 'chat') control.addChat(ref, agent);
  hear({ desk, ref, channel }, 'Не приходит код для входа.');
  return { ref, agent, channel };
}

function hear(
  { desk, ref, channel }: { readonly desk: Desk } & Pick<Ticket, 'ref' | 'channel'>,
  text: string,
): void {
  const { control } = desk.sandbox;
  if (channel === 'chat') control.clientWrites(ref, text);
  else control.addEmail(ref, { direction: 'in', subject: 'Код', text });
}

/** The agent's own words to the client. */
export function answer(desk: Desk, { ref, agent, channel }: Ticket, text: string): void {
  const { control } = desk.sandbox;
  if (channel === 'chat') control.operatorWrites(ref, text, agent);
  else control.addEmail(ref, { direction: 'out', subject: 'Код', text }, agent);
}

export const move = (desk: Desk, { ref, agent }: Ticket, stage: string): void =>
  desk.sandbox.control.moveTicket(ref, `C5:${stage}`, agent);

export const stageOf = (desk: Desk, { ref }: Ticket): string =>
  desk.sandbox.control.ticket(ref).stageId.replace('C5:', '');

/** What is written down in the course of the work, save by save. */
export function writings({ policy }: Desk): readonly Values[] {
  const { fields, options } = policy;
  return [
    {
      [fields.problem]: 'Клиент не получает код подтверждения при входе.',
      [fields.cause]: 'Номер попал в стоп-лист шлюза СМС.',
    },
    {
      [fields.solution]: 'Номер убран из стоп-листа, код отправлен повторно.',
      [fields.checkedHow]: 'В журнале шлюза доставка без ошибок.',
      [fields.timeSpent]: 25,
    },
    {
      [fields.recommendations]: 'Обновить номер в профиле при смене оператора.',
      [fields.resources]: ['https://kb.example.test/sms'],
      [fields.kbDecision]: options.kbDecision['not-needed'],
      [fields.kbNote]: 'Случай разовый, статья о входе уже есть.',
      [fields.resolution]: 'Доступ восстановлен.',
      [fields.closeReason]: options.closeReason['solved'],
    },
  ];
}

export function save(desk: Desk, { ref, agent }: Ticket, values: Values): void {
  desk.sandbox.control.setFields(ref, values, agent);
}

export function confirmByHand(desk: Desk, ticket: Ticket): void {
  const { fields, options } = desk.policy;
  save(desk, ticket, {
    [fields.confirmation]: options.confirmation['by-agent'],
    [fields.confirmationEvidence]: 'Звонок клиенту в 12:40, клиент подтвердил вход.',
  });
}

/** The panel is opened and drawn. */
export async function openPanel(desk: Desk, { ref, agent }: Ticket): Promise<void> {
  const { url, body } = desk.sandbox.apps.open(desk.clientId, {
    userId: agent,
    placement: 'CRM_DEAL_DETAIL_TAB',
    options: { ID: String(ref.id) },
  });
  const page = await postFrame({ url, body } as Parameters<typeof postFrame>[0]);
  const token = /"token":"([^"]+)"/.exec(page.text)?.[1] ?? '';
  const shown = await fetch(`${new URL(url).origin}/api/card`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  await shown.body?.cancel();
  if (page.status !== 200 || (shown.status !== 200 && shown.status !== 503))
    throw new Error(`the panel answered ${page.status}, ${shown.status}`);
}

/** Texts that reached the client of this ticket from the app; the agents' own are left out. */
export function received(desk: Desk, { ref, channel }: Ticket): readonly string[] {
  const { control } = desk.sandbox;
  const texts =
    channel === 'chat'
      ? control
          .chats(ref)
          .flatMap((chat) =>
            chat.messages
              .filter(({ senderId, delivered }) => senderId !== chat.clientUserId && delivered)
              .map(({ text }) => text),
          )
      : control
          .activities(ref)
          .filter(({ typeId, sent }) => typeId === 4 && sent)
          .map(({ description }) => description);
  return texts.filter((text) => !OWN_WORDS.includes(text));
}

export const TAKEN = 'Взяли в работу, вернёмся с ответом.';
export const DONE = 'Исправили, код отправлен повторно.';
export const DONE_AGAIN = 'Поправили и второй номер.';
const OWN_WORDS: readonly string[] = [TAKEN, DONE, DONE_AGAIN];

const LINK = /http:\/\/[^\s"<\]]+\/c\/[\w.-]+/;

/** The `asked`-th request has come; its link. */
export async function request(desk: Desk, ticket: Ticket, asked: number): Promise<string> {
  const links = (): readonly string[] =>
    received(desk, ticket).flatMap((text) => LINK.exec(text)?.[0] ?? []);
  await awaited('a request to the client', () => links().length >= asked);
  return links().at(-1) ?? '';
}

interface Words {
  readonly answer: 'solved' | 'not-solved';
  readonly comment: string;
}

/** A client who is told that it did not work this time tries so often. */
const TRIES = 3;

/** The client opens the link and answers. @returns how often the page asked to try again */
export async function answerPage(link: string, words: Words, random: Random): Promise<number> {
  for (let tried = 0; ; tried += 1) {
    const { opened, answered, waitSeconds } = await sendAnswer(link, words, random);
    if (answered < 400) return tried;
    if (answered !== 503 || tried + 1 === TRIES)
      throw new Error(`the client's page answered ${opened}, ${answered}`);
    await sleep(waitSeconds * 1000);
  }
}

async function sendAnswer(link: string, words: Words, random: Random) {
  // Clients come from everywhere, through the proxy.
  const part = (): number => 1 + Math.floor(random() * 250);
  const headers = { 'X-Forwarded-For': `45.${part()}.${part()}.${part()}` };
  const page = await fetch(link, { headers });
  const form = /name="form" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const answered = await fetch(link, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams({ ...words, form, lang: 'ru' }),
  });
  await answered.body?.cancel();
  const waitSeconds = Number(answered.headers.get('retry-after'));
  return { opened: page.status, answered: answered.status, waitSeconds };
}
