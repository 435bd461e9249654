import type { SandboxControl } from '../control.ts';
import { storeOf } from '../state/add-ticket.ts';
import { addNote } from '../state/notes.ts';
import type { Portal } from '../state/portal.ts';
import type { TicketRef, User } from '../state/records.ts';
import type { NewStage } from '../state/stage-book.ts';
import { ARTICLES } from './articles.ts';
import type { Article } from './articles.ts';
import { PAST_STORIES } from './past.ts';
import { DEAL_STORIES, ITEM_STORIES } from './stories.ts';
import type { Story } from './stories.ts';

export const SUPPORT = { entityTypeId: 2, categoryId: 5 } as const;
export const REQUESTS = { entityTypeId: 1034, categoryId: 12 } as const;
const REQUESTS_TYPE_ID = 7;
const HOUR = 3_600_000;
const MINUTE = 60_000;

const USERS: readonly User[] = [
  {
    id: 1,
    name: 'Интеграция',
    lastName: '',
    email: 'integration@pass24.example',
    role: 'служебный пользователь',
    admin: true,
  },
  {
    id: 2,
    name: 'Анна',
    lastName: 'Орлова',
    email: 'orlova@pass24.example',
    role: 'инженер поддержки',
    admin: false,
  },
  {
    id: 3,
    name: 'Дмитрий',
    lastName: 'Котов',
    email: 'kotov@pass24.example',
    role: 'инженер поддержки',
    admin: false,
  },
  {
    id: 4,
    name: 'Елена',
    lastName: 'Громова',
    email: 'gromova@pass24.example',
    role: 'руководитель поддержки',
    admin: false,
  },
];

const BLUE = '#39A8EF';
const SKY = '#2FC6F6';
const YELLOW = '#FFA900';
const GREEN = '#7BD500';
const RED = '#FF5752';

const SUPPORT_STAGES: readonly NewStage[] = [
  { code: 'NEW', name: 'Новое', color: BLUE, semantics: null },
  { code: 'PREPARATION', name: 'В работе', color: SKY, semantics: null },
  { code: 'UC_WAIT', name: 'Ожидает подтверждения клиента', color: YELLOW, semantics: null },
  { code: 'WON', name: 'Закрыто', color: GREEN, semantics: 'S' },
  { code: 'LOSE', name: 'Спам / отказ', color: RED, semantics: 'F' },
];

const GENERAL_STAGES: readonly NewStage[] = [
  { code: 'NEW', name: 'Новая сделка', color: BLUE, semantics: null },
  { code: 'EXECUTING', name: 'В работе', color: SKY, semantics: null },
  { code: 'WON', name: 'Сделка успешна', color: GREEN, semantics: 'S' },
  { code: 'LOSE', name: 'Сделка провалена', color: RED, semantics: 'F' },
  { code: 'APOLOGY', name: 'Анализ причины провала', color: RED, semantics: 'F' },
];

const REQUEST_STAGES: readonly NewStage[] = [
  { code: 'NEW', name: 'Новое', color: BLUE, semantics: null },
  { code: 'PREPARATION', name: 'В работе', color: SKY, semantics: null },
  { code: 'CLIENT', name: 'Проверка решения', color: YELLOW, semantics: null },
  { code: 'SUCCESS', name: 'Закрыто', color: GREEN, semantics: 'S' },
  { code: 'FAIL', name: 'Отклонено', color: RED, semantics: 'F' },
];

/** An empty portal: people, pipelines and stages, not one ticket. */
export function seedEmpty(portal: Portal): void {
  portal.name = 'ПАСС24 Поддержка';
  portal.texts = { title: 'Название', robot: 'Автоматизация' };
  for (const user of USERS) portal.users.set(user.id, { ...user });
  const { stages } = portal;
  stages.addPipeline(
    { ...SUPPORT, name: 'Поддержка', isDefault: false, sort: 200 },
    SUPPORT_STAGES,
  );
  stages.addPipeline(
    { ...REQUESTS, name: 'Обращения', isDefault: true, sort: 500 },
    REQUEST_STAGES,
  );
  stages.addPipeline(
    { entityTypeId: 2, categoryId: 0, name: 'Общая', isDefault: true, sort: 300 },
    GENERAL_STAGES,
  );
  stages.processes.push({
    id: REQUESTS_TYPE_ID,
    entityTypeId: REQUESTS.entityTypeId,
    title: 'Обращения',
  });
  storeOf(portal, SUPPORT.entityTypeId);
  storeOf(portal, REQUESTS.entityTypeId);
  const base = { id: 42, name: 'База знаний поддержки', position: 100, createdBy: 4 };
  portal.noteCollections.set(base.id, { ...base, createdAt: portal.second() });
}

/** The support team's portal on an ordinary day: tickets at every step, most of them not ready to be closed. */
export function seedSupport(portal: Portal, control: SandboxControl): void {
  seedEmpty(portal);
  addNativeFields(control);
  for (const article of ARTICLES) tellArticle(portal, article);
  for (const story of DEAL_STORIES) tellStory(portal, control, story, SUPPORT);
  for (const story of ITEM_STORIES) tellStory(portal, control, story, REQUESTS);
  for (const past of PAST_STORIES) tellPast(portal, control, past);
  portal.storyAt = null;
}

/** Written weeks ago, so that every switch of the search finds it. */
function tellArticle(portal: Portal, { daysAgo, author, title, markdown }: Article): void {
  portal.storyAt = portal.clock.now() - daysAgo * 24 * HOUR;
  addNote(portal, { collectionId: 42, parentId: null, title, markdown }, author);
}

function addNativeFields(control: SandboxControl): void {
  const products = [
    'Контроль доступа',
    'Мобильное приложение',
    'Шлагбаум и камеры',
    'Личный кабинет',
  ];
  const label = { ru: 'Продукт', en: 'Product' };
  const base = {
    type: 'enumeration',
    sort: 50,
    native: true,
    labels: { editFormLabel: label, listColumnLabel: label, listFilterLabel: label },
    items: products.map((value, index) => ({ value, xmlId: `product-${index + 1}` })),
  };
  control.addField({ ...base, entityId: 'CRM_DEAL', entityTypeId: 2, name: 'UF_CRM_PRODUCT' });
  control.addField({
    ...base,
    entityId: `CRM_${REQUESTS_TYPE_ID}`,
    entityTypeId: REQUESTS.entityTypeId,
    name: `UF_CRM_${REQUESTS_TYPE_ID}_PRODUCT`,
  });
}

function tellStory(
  portal: Portal,
  control: SandboxControl,
  story: Story,
  pipeline: { readonly entityTypeId: number; readonly categoryId: number },
): TicketRef {
  const contactId = addContact(portal, story);
  const stage = portal.stages
    .stagesOf(pipeline.entityTypeId, pipeline.categoryId)
    .find((s) => s.stageId.endsWith(`:${story.stage}`));
  const now = portal.clock.now();
  portal.storyAt = now - story.hoursAgo * HOUR;
  const later = (): void => {
    portal.storyAt = Math.min(now - MINUTE, (portal.storyAt ?? now) + 7 * MINUTE);
  };
  const ref = control.createTicket(
    {
      ...pipeline,
      title: story.title,
      contactIds: [contactId],
      assignedById: story.agent,
      ...(stage ? { stageId: stage.stageId } : {}),
    },
    story.agent,
  );
  writeDrafts(portal, control, ref, story);
  for (const line of story.chat ?? []) {
    later();
    const fromClient = line.startsWith('К: ');
    if (fromClient) control.clientWrites(ref, line.slice(3));
    else control.operatorWrites(ref, line.slice(3), story.agent);
  }
  for (const letter of story.letters ?? []) {
    later();
    control.addEmail(ref, letter, story.agent);
  }
  for (const task of story.tasks ?? []) {
    later();
    const added = control.addTask(ref, task.title, story.agent);
    if (task.closed) control.closeTask(added.id, story.agent);
  }
  return ref;
}

/** A ticket closed days ago, by hand and without a question asked. */
function tellPast(
  portal: Portal,
  control: SandboxControl,
  { story, stage }: (typeof PAST_STORIES)[number],
): void {
  const ref = tellStory(portal, control, story, SUPPORT);
  const wait = (): void => {
    portal.storyAt = (portal.storyAt ?? portal.clock.now()) + 20 * MINUTE;
  };
  wait();
  control.moveTicket(ref, `C${SUPPORT.categoryId}:${stage}`, story.closedBy);
  for (const line of story.after ?? []) {
    wait();
    control.clientWrites(ref, line.slice(3));
  }
}

/** What agents have written so far: values show up as soon as the portal has fields of these names. */
function writeDrafts(portal: Portal, control: SandboxControl, ref: TicketRef, story: Story): void {
  const { uf } = control.ticket(ref);
  const prefix = ref.entityTypeId === 2 ? 'UF_CRM_' : `UF_CRM_${REQUESTS_TYPE_ID}_`;
  for (const [name, value] of Object.entries(story.drafts ?? {})) uf.set(`${prefix}${name}`, value);
  const products = portal.customFields.find(ref.entityTypeId, `${prefix}PRODUCT`, true)?.items;
  const product = products?.[story.product - 1];
  if (product) uf.set(`${prefix}PRODUCT`, product.id);
}

function addContact(portal: Portal, story: Story): number {
  const id = portal.nextId('contact', 101);
  const [name = '', lastName = ''] = story.client.split(' ');
  portal.contacts.set(id, {
    id,
    name,
    lastName,
    emails: [story.email],
    phones: [`+7 900 000-0${String(id).slice(0, 1)}-${String(id).slice(1)}`],
  });
  return id;
}
