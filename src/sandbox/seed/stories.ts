import type { Letter } from '../state/activities.ts';
import type { UfValue } from '../state/records.ts';

/** One ticket as it stands when the visitor comes in. */
export interface Story {
  readonly title: string;
  readonly stage: string;
  readonly agent: number;
  readonly hoursAgo: number;
  readonly client: string;
  readonly email: string;
  /** 1 access control, 2 mobile app, 3 barrier and cameras, 4 personal account. */
  readonly product: number;
  /** «К: » client, «О: » operator. */
  readonly chat?: readonly string[];
  readonly letters?: readonly Letter[];
  readonly tasks?: readonly { readonly title: string; readonly closed: boolean }[];
  /** Values of the closing fields by their name after UF_CRM_; list items by XML_ID. */
  readonly drafts?: Readonly<Record<string, UfValue>>;
}

export const DEAL_STORIES: readonly Story[] = [
  {
    title: 'Не открывается шлагбаум по номеру автомобиля',
    stage: 'PREPARATION',
    agent: 2,
    hoursAgo: 6,
    client: 'Ольга Савельева',
    email: 'saveleva@zhk-rodniki.example',
    product: 3,
    chat: [
      'К: Здравствуйте! С утра шлагбаум не узнаёт номера жильцов, охрана открывает вручную.',
      'О: Добрый день! Проверяем камеру и список номеров, вернусь с ответом в течение часа.',
      'О: Камера перезагружена, список номеров загружен заново. Проверьте, пожалуйста, въезд.',
      'К: Проверили, узнаёт. Спасибо!',
      'О: Рады помочь! Закрываем обращение.',
    ],
    tasks: [{ title: 'Заменить блок питания камеры на въезде', closed: true }],
    drafts: {
      CG_CHECKED_HOW: 'Три въезда подряд с записью в журнале проездов, номера распознаны.',
      CG_PROBLEM: 'Камера на въезде не передавала номера: шлагбаум не открывался автоматически.',
      CG_CAUSE: 'После скачка напряжения камера зависла и потеряла список номеров.',
      CG_SOLUTION: 'Перезагрузили камеру, загрузили список заново, заменили блок питания.',
      CG_TIME_SPENT: 55,
      CG_RECOMMENDATIONS: 'Подключить камеру через источник бесперебойного питания.',
      CG_CONFIRMATION: 'by-agent',
      CG_CONFIRMATION_EVIDENCE: 'Клиент подтвердил в чате: «Проверили, узнаёт».',
      CG_CLOSE_REASON: 'solved',
    },
  },
  {
    title: 'Гостевой пропуск не приходит в СМС',
    stage: 'PREPARATION',
    agent: 2,
    hoursAgo: 9,
    client: 'Игорь Мельников',
    email: 'melnikov@uk-sever.example',
    product: 2,
    chat: [
      'К: Гостям не приходит СМС с кодом, хотя в приложении пропуск создан.',
      'О: Посмотрели журнал отправки: оператор связи отклонил сообщения. Уже отправили повторно.',
      'К: А старые пропуска тоже придут?',
    ],
    drafts: { CG_PROBLEM: 'СМС с кодом пропуска не доходят до гостей.' },
  },
  {
    title: 'Приложение закрывается при входе на Android 14',
    stage: 'PREPARATION',
    agent: 3,
    hoursAgo: 26,
    client: 'Мария Лисицына',
    email: 'lisitsyna@mail.example',
    product: 2,
    letters: [
      {
        direction: 'in',
        subject: 'Вылетает приложение',
        text: 'После обновления телефона приложение закрывается сразу после входа.',
      },
    ],
    tasks: [{ title: 'Передать разработке журнал падения', closed: false }],
  },
  {
    title: 'Дубль: не работает домофон, корпус 2',
    stage: 'NEW',
    agent: 3,
    hoursAgo: 2,
    client: 'Пётр Захаров',
    email: 'zaharov@mail.example',
    product: 1,
    chat: ['К: Домофон во втором корпусе не отвечает. Писал вчера, ответа нет.'],
  },
  {
    title: 'Домофон во втором корпусе не отвечает',
    stage: 'PREPARATION',
    agent: 3,
    hoursAgo: 30,
    client: 'Пётр Захаров',
    email: 'zaharov@mail.example',
    product: 1,
    tasks: [{ title: 'Выезд инженера: проверить линию второго корпуса', closed: false }],
    drafts: { CG_PROBLEM: 'Вызывная панель второго корпуса не отвечает на вызов.' },
  },
  {
    title: 'Как добавить второго собственника в личный кабинет',
    stage: 'UC_WAIT',
    agent: 2,
    hoursAgo: 20,
    client: 'Наталья Гусева',
    email: 'guseva@mail.example',
    product: 4,
    chat: [
      'К: Как добавить мужа вторым собственником?',
      'О: В разделе «Жильцы» нажмите «Добавить», укажите телефон и выберите роль «Собственник».',
    ],
    drafts: {
      CG_PROBLEM: 'Клиент не нашёл, как добавить второго собственника.',
      CG_SOLUTION: 'Показали раздел «Жильцы» и роль «Собственник».',
      CG_TIME_SPENT: 10,
    },
  },
  {
    title: 'Не выгружается отчёт о проездах за месяц',
    stage: 'PREPARATION',
    agent: 2,
    hoursAgo: 50,
    client: 'Сергей Власов',
    email: 'vlasov@uk-yug.example',
    product: 4,
    letters: [
      {
        direction: 'in',
        subject: 'Отчёт о проездах',
        text: 'Отчёт за октябрь не выгружается, пишет «Превышено время ожидания».',
      },
      {
        direction: 'out',
        subject: 'Re: Отчёт о проездах',
        text: 'Выгрузили отчёт за вас, файл во вложении. Исправление выйдет в версии 4.12.',
      },
    ],
    drafts: {
      CG_PROBLEM: 'Отчёт больше чем за 10 000 проездов не успевает собраться.',
      CG_CAUSE: 'Запрос отчёта без индекса по дате проезда.',
    },
  },
  {
    title: 'Просят подключить оплату парковки',
    stage: 'NEW',
    agent: 2,
    hoursAgo: 3,
    client: 'Алексей Рогов',
    email: 'rogov@bc-admiral.example',
    product: 3,
  },
  {
    title: 'Камера на КПП показывает чёрный экран',
    stage: 'NEW',
    agent: 3,
    hoursAgo: 1,
    client: 'Виктор Дёмин',
    email: 'demin@ohrana-shchit.example',
    product: 3,
    chat: ['К: На мониторе охраны чёрный экран вместо камеры КПП, вторая камера работает.'],
  },
  {
    title: 'Реклама: продвижение сайтов недорого',
    stage: 'NEW',
    agent: 3,
    hoursAgo: 4,
    client: 'Отдел продаж',
    email: 'sales@seo-promo.example',
    product: 4,
  },
  {
    title: 'Сменить телефон администратора ЖК «Родники»',
    stage: 'PREPARATION',
    agent: 2,
    hoursAgo: 72,
    client: 'Ирина Волкова',
    email: 'volkova@zhk-rodniki.example',
    product: 4,
    letters: [
      { direction: 'in', subject: 'Смена телефона', text: 'Прошу сменить номер для входа.' },
      { direction: 'out', subject: 'Re: Смена телефона', text: 'Номер сменён, войдите с новым.' },
    ],
  },
  {
    title: 'Карта доступа не срабатывает на калитке',
    stage: 'PREPARATION',
    agent: 3,
    hoursAgo: 12,
    client: 'Юлия Панова',
    email: 'panova@mail.example',
    product: 1,
    chat: [
      'К: Карта не открывает калитку, в подъезде работает.',
      'О: Переписали права карты, попробуйте, пожалуйста, ещё раз.',
    ],
    tasks: [{ title: 'Проверить считыватель калитки', closed: true }],
  },
];

export const ITEM_STORIES: readonly Story[] = [
  {
    title: 'Не приходят уведомления о визите гостя',
    stage: 'PREPARATION',
    agent: 2,
    hoursAgo: 5,
    client: 'Антон Белов',
    email: 'belov@mail.example',
    product: 2,
    chat: [
      'К: Перестали приходить уведомления, что гость прошёл.',
      'О: Обновили ключ уведомлений, проверьте на следующем госте.',
      'К: Пришло, всё хорошо.',
      'О: Отлично, спасибо за проверку.',
    ],
    drafts: {
      CG_PROBLEM: 'Не приходили уведомления о проходе гостя.',
      CG_CAUSE: 'Истёк ключ сервиса уведомлений.',
      CG_SOLUTION: 'Выпустили новый ключ.',
      CG_TIME_SPENT: 25,
    },
  },
  {
    title: 'Лифт не принимает карту с нового этажа',
    stage: 'NEW',
    agent: 3,
    hoursAgo: 2,
    client: 'Вера Соколова',
    email: 'sokolova@bc-admiral.example',
    product: 1,
  },
  {
    title: 'Ошибка 500 при печати пропуска',
    stage: 'PREPARATION',
    agent: 3,
    hoursAgo: 28,
    client: 'Константин Ершов',
    email: 'ershov@zavod-metall.example',
    product: 4,
    tasks: [{ title: 'Исправить печать пропуска с длинной фамилией', closed: false }],
  },
  {
    title: 'Турникет считает два прохода вместо одного',
    stage: 'PREPARATION',
    agent: 2,
    hoursAgo: 40,
    client: 'Роман Жуков',
    email: 'zhukov@fitnes-piter.example',
    product: 1,
    letters: [
      {
        direction: 'in',
        subject: 'Двойной проход',
        text: 'Считает два прохода, абонементы сгорают.',
      },
    ],
  },
  {
    title: 'Вопрос: сколько хранится видео',
    stage: 'CLIENT',
    agent: 2,
    hoursAgo: 22,
    client: 'Людмила Крылова',
    email: 'krylova@mail.example',
    product: 3,
    chat: ['К: Сколько дней хранится запись с камер?', 'О: Тридцать дней, затем удаляется.'],
  },
  {
    title: 'Перенести доступы после смены арендатора',
    stage: 'NEW',
    agent: 3,
    hoursAgo: 7,
    client: 'Глеб Осипов',
    email: 'osipov@bc-admiral.example',
    product: 1,
  },
  {
    title: 'Приложение не видит новый шлагбаум',
    stage: 'PREPARATION',
    agent: 2,
    hoursAgo: 15,
    client: 'Дарья Фомина',
    email: 'fomina@zhk-rodniki.example',
    product: 2,
    chat: ['К: Поставили второй шлагбаум, в приложении его нет.'],
  },
  {
    title: 'Не совпадает время в журнале проездов',
    stage: 'PREPARATION',
    agent: 3,
    hoursAgo: 33,
    client: 'Максим Лапин',
    email: 'lapin@uk-sever.example',
    product: 4,
  },
];
