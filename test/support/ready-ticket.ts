/** A ticket of the sandbox as a careful agent leaves it: everything written, only the client's word is missing. */
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';

export interface ReadyTicket {
  readonly ref: { readonly entityTypeId: number; readonly id: number };
  /** `2:17`, as the board names its card. */
  readonly key: string;
}

const AGENT = 2;

/** By the label of the field; a list's item by its label. */
export const WRITTEN: Readonly<Record<string, string | number | readonly string[]>> = {
  'Описание проблемы': 'Клиент не получает код подтверждения при входе.',
  'Причина проблемы': 'Номер попал в стоп-лист шлюза СМС.',
  Решение: 'Номер убран из стоп-листа, код отправлен повторно.',
  'Что проверено': 'В журнале шлюза доставка без ошибок.',
  'Время решения, мин': 25,
  'Рекомендации клиенту': 'Обновить номер в профиле при смене оператора.',
  'Использованные ресурсы': ['https://kb.example.test/sms'],
  'База знаний': 'Не нужна',
  'База знаний: пояснение': 'Случай разовый, статья о входе уже есть.',
  'Причина закрытия': 'Решено',
  'Результат решения': 'Доступ восстановлен.',
};

export interface ReadyTicketOptions {
  /** How its client is reached; the other way is not open. */
  readonly channel?: 'chat' | 'email';
}

/** Makes one in the deals pipeline, in work, with a client of its own who is reached by chat unless told otherwise. */
export async function readyTicket(
  sandbox: Sandbox,
  title: string,
  { channel = 'chat' }: ReadyTicketOptions = {},
): Promise<ReadyTicket> {
  const { control } = sandbox;
  const contactId = control.addContact({
    name: 'Павел',
    lastName: 'Сомов',
    emails: channel === 'email' ? ['somov@client.example'] : [],
    phones: ['+7 900 000-00-00'],
  });
  const ref = control.createTicket(
    {
      entityTypeId: 2,
      categoryId: 5,
      stageId: 'C5:PREPARATION',
      title,
      contactIds: [contactId],
      assignedById: AGENT,
    },
    AGENT,
  );
  const words = 'Исправили, код отправлен повторно.';
  if (channel === 'chat') control.operatorWrites(ref, words, AGENT);
  else control.addEmail(ref, { direction: 'out', subject: title, text: words });
  control.setFields(ref, await valuesOf(sandbox, ref.id, WRITTEN), AGENT);
  return { ref, key: `2:${ref.id}` };
}

/** The agent writes down where the client confirmed. */
export async function confirmedByHand(sandbox: Sandbox, { ref }: ReadyTicket): Promise<void> {
  await write(sandbox, ref, {
    'Подтверждение клиента': 'Подтверждено со слов клиента',
    'Чем подтверждено': 'По телефону, 12:40',
  });
}

/** Fields of a ticket by their labels. */
export async function write(
  sandbox: Sandbox,
  ref: ReadyTicket['ref'],
  values: typeof WRITTEN,
): Promise<void> {
  sandbox.control.setFields(ref, await valuesOf(sandbox, ref.id, values), AGENT);
}

interface FieldView {
  readonly name: string;
  readonly label: string;
  readonly items: readonly { readonly id: number; readonly value: string }[];
}

async function valuesOf(
  sandbox: Sandbox,
  id: number,
  written: typeof WRITTEN,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${sandbox.url}/sandbox/api/ticket/2/${id}`);
  const { fields } = (await answer.json()) as { readonly fields: readonly FieldView[] };
  const pairs = Object.entries(written).map(([label, value]) => {
    const field = fields.find((one) => one.label === label);
    if (field === undefined) throw new Error(`no field «${label}»`);
    const item = field.items.find((one) => one.value === value);
    return [field.name, item?.id ?? value];
  });
  return Object.fromEntries(pairs);
}
