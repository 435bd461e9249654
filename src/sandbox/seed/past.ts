import type { UfValue } from '../state/records.ts';
import type { Story } from './stories.ts';

/** A ticket closed before the visitor comes in: the way the team closed tickets when nothing asked for more. */
export interface PastStory extends Story {
  readonly closedBy: number;
  /** What the client still wrote after the closing. */
  readonly after?: readonly string[];
}

/** How much was written down: everything, the half of it, nothing. */
type Written = 'all' | 'half' | 'nothing';

interface Told {
  readonly title: string;
  readonly daysAgo: number;
  readonly agent: number;
  readonly written: Written;
  readonly product: number;
  readonly client: string;
  readonly solution?: string;
  readonly closedBy?: number;
  readonly stage?: 'WON' | 'LOSE';
  /** The client's question was left without an answer. */
  readonly unanswered?: true;
  readonly openTask?: string;
  readonly after?: readonly string[];
}

const DAY_HOURS = 24;

function draftsOf({ title, solution = '', written }: Told): Readonly<Record<string, UfValue>> {
  if (written === 'nothing') return {};
  const half = { CG_PROBLEM: `${title}.`, CG_SOLUTION: solution, CG_TIME_SPENT: 30 };
  if (written === 'half') return half;
  return {
    ...half,
    CG_CHECKED_HOW: 'Повторили действия клиента вместе с ним, ошибка не повторяется.',
    CG_CAUSE: 'Настройка сбилась после обновления сервера на прошлой неделе.',
    CG_RECOMMENDATIONS: 'Если повторится, прислать точное время и номер пропуска.',
    CG_KB_DECISION: 'exists',
    CG_KB_NOTE: 'Статья о настройке уже есть.',
    CG_CONFIRMATION: 'by-agent',
    CG_CONFIRMATION_EVIDENCE: 'Клиент написал в чате, что всё работает.',
    CG_CLOSE_REASON: 'solved',
  };
}

function told(one: Told): PastStory {
  const chat = [`К: ${one.title}, помогите, пожалуйста.`, 'О: Посмотрели и исправили, проверьте.'];
  return {
    title: one.title,
    stage: 'PREPARATION',
    agent: one.agent,
    hoursAgo: one.daysAgo * DAY_HOURS + 3,
    client: one.client,
    email: `client${one.daysAgo}@past.example`,
    product: one.product,
    chat: one.unanswered ? [...chat, 'К: А почему так вышло? Повторится?'] : chat,
    tasks: one.openTask === undefined ? [] : [{ title: one.openTask, closed: false }],
    drafts: draftsOf(one),
    closedBy: one.closedBy ?? one.agent,
    ...(one.after ? { after: one.after } : {}),
  };
}

const CLOSED: readonly Told[] = [
  {
    title: 'Пропуск курьера не открывает калитку',
    daysAgo: 2,
    agent: 2,
    written: 'half',
    product: 1,
    client: 'Вадим Носов',
    solution: 'Добавили калитку в группу доступа курьеров.',
    after: ['К: Спасибо, курьер прошёл!'],
  },
  {
    title: 'Не грузится список гостей на планшете охраны',
    daysAgo: 3,
    agent: 3,
    written: 'nothing',
    product: 4,
    client: 'Олег Крюков',
    unanswered: true,
  },
  {
    title: 'Шлагбаум поднимается дважды на одну заявку',
    daysAgo: 4,
    agent: 3,
    written: 'half',
    product: 3,
    client: 'Светлана Ким',
    solution: 'Увеличили паузу между командами.',
    openTask: 'Обновить прошивку контроллера шлагбаума',
  },
  {
    title: 'Приложение не запоминает вход',
    daysAgo: 5,
    agent: 2,
    written: 'all',
    product: 2,
    client: 'Елена Фролова',
    solution: 'Обновили ключ сессии, приложение запоминает вход.',
  },
  {
    title: 'Реклама натяжных потолков',
    daysAgo: 6,
    agent: 3,
    written: 'nothing',
    product: 4,
    client: 'Отдел рекламы',
    stage: 'LOSE',
  },
  {
    title: 'Дублируются уведомления о проходе',
    daysAgo: 8,
    agent: 2,
    written: 'half',
    product: 2,
    client: 'Тимур Ахметов',
    solution: 'Убрали вторую подписку устройства.',
    closedBy: 4,
  },
  {
    title: 'Не печатается разовый пропуск',
    daysAgo: 10,
    agent: 3,
    written: 'nothing',
    product: 4,
    client: 'Алла Чернова',
  },
  {
    title: 'Карта жителя перестала работать в лифте',
    daysAgo: 12,
    agent: 2,
    written: 'all',
    product: 1,
    client: 'Денис Рябов',
    solution: 'Перезаписали права карты на лифт второго подъезда.',
  },
  {
    title: 'Камера у ворот не пишет архив',
    daysAgo: 13,
    agent: 3,
    written: 'half',
    product: 3,
    client: 'Инна Баранова',
    solution: 'Очистили переполненный диск регистратора.',
    unanswered: true,
  },
  {
    title: 'Не приходит код подтверждения на новый номер',
    daysAgo: 16,
    agent: 2,
    written: 'half',
    product: 2,
    client: 'Руслан Гаев',
    solution: 'Сменили номер в профиле клиента.',
  },
  {
    title: 'Охрана не видит заявку на въезд',
    daysAgo: 19,
    agent: 3,
    written: 'nothing',
    product: 4,
    client: 'Марина Зуева',
    closedBy: 4,
  },
  {
    title: 'Турникет не пускает по временной карте',
    daysAgo: 22,
    agent: 2,
    written: 'all',
    product: 1,
    client: 'Юрий Тихонов',
    solution: 'Продлили срок временных карт до конца смены.',
  },
  {
    title: 'Домофон звонит в соседнюю квартиру',
    daysAgo: 26,
    agent: 3,
    written: 'half',
    product: 1,
    client: 'Галина Орехова',
    solution: 'Исправили таблицу номеров квартир.',
    openTask: 'Проверить таблицу номеров всего дома',
  },
  {
    title: 'Отчёт о гостях приходит пустым',
    daysAgo: 45,
    agent: 2,
    written: 'nothing',
    product: 4,
    client: 'Артём Шубин',
  },
];

/** Closed tickets of the deals pipeline, the stage they were closed on beside each. */
export const PAST_STORIES: readonly { readonly story: PastStory; readonly stage: string }[] =
  CLOSED.map((one) => ({ story: told(one), stage: one.stage ?? 'WON' }));
