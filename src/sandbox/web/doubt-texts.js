/** Words for the portal's doubt switches, and the values each can take. Switches not named here are shown by their code. */

export const DOUBTS = {
  stageRulesChecked: { title: 'Обязательные поля стадии проверяются и при перемещении через REST' },
  mandatoryFieldsChecked: { title: 'Обязательные пользовательские поля проверяются и через REST' },
  dealPreviousStageId: {
    title: 'Предыдущая стадия сделки в ответах REST',
    options: [
      ['absent', 'нет, только в истории стадий'],
      ['present', 'есть'],
    ],
  },
  requiredErrorNames: {
    title: 'Отказ из-за пустых полей называет',
    options: [
      ['first', 'первое из них'],
      ['all', 'все'],
    ],
  },
  requiredErrorStatus: {
    title: 'HTTP-код такого отказа',
    options: [
      [400, '400'],
      [422, '422'],
    ],
  },
  noopUpdateSendsEvent: { title: 'Сохранение без изменений тоже отправляет событие' },
  operatingLimit: {
    title: 'Лимит времени работы методов',
    options: [
      ['enforced', 'действует (облако)'],
      ['off', 'выключен (коробка)'],
    ],
  },
  sessionStart: {
    title: 'Возобновлённый чат с клиентом',
    options: [
      ['delivers', 'доставляет сообщения'],
      ['accepts-only', 'принимает, но не доставляет'],
      ['no-effect', 'не открывается'],
    ],
  },
  mailReplyBinding: {
    title: 'Ответное письмо привязано',
    options: [
      ['contact', 'только к клиенту'],
      ['thread', 'к обращению, на письмо которого отвечает'],
      ['ticket', 'к обращению всегда'],
    ],
  },
  taskActivity: {
    title: 'Связанная задача в делах обращения',
    options: [
      ['type-3', 'старый вид (TYPE_ID 3)'],
      ['provider', 'новый вид (CRM_TASKS_TASK)'],
    ],
  },
  robotMovedBy: {
    title: 'Кто переместил, если это сделал робот',
    options: [
      ['zero', 'никто (0)'],
      ['trigger-user', 'тот, кто запустил робота'],
    ],
  },
  newFieldsInCard: { title: 'Новые поля сами появляются в карточке' },
  webhookAuthKeys: {
    title: 'Ключей в auth исходящего вебхука',
    options: [
      [3, 'три'],
      [5, 'пять'],
    ],
  },
  commentEventShape: {
    title: 'Номер комментария в событии',
    options: [
      ['data.ID', 'data.ID'],
      ['data.FIELDS.ID', 'data.FIELDS.ID'],
    ],
  },
  eventCodeCase: {
    title: 'Регистр кода события',
    options: [
      ['upper', 'ПРОПИСНЫЕ'],
      ['camel', 'camelCase'],
    ],
  },
  eventTimeoutMs: { title: 'Сколько портал ждёт ответа на событие, мс' },
  noteScope: {
    title: 'Право note (база знаний)',
    options: [
      ['listed', 'есть и показано'],
      ['unlisted', 'есть, но не показано'],
      ['refused', 'отказано'],
    ],
  },
  noteAccess: {
    title: 'Доступ интеграции к базе знаний',
    options: [
      ['edit', 'пишет'],
      ['view', 'только читает'],
      ['none', 'нет доступа'],
      ['absent', 'раздела нет на тарифе'],
    ],
  },
  noteSearchFresh: { title: 'Поиск базы знаний находит новое сразу, а не через минуту' },
  webhookAppInfo: {
    title: 'app.info по вебхуку',
    options: [
      ['answers', 'отвечает'],
      ['refused', 'отказывает'],
    ],
  },
  dealFieldPrefix: {
    title: 'Приставка имён полей сделки',
    options: [
      ['UF_CRM_DEAL_', 'UF_CRM_DEAL_'],
      ['UF_CRM_', 'UF_CRM_'],
    ],
  },
  messageAddError: {
    title: 'Код отказа, если оператора нет в чате',
    options: [
      ['CANCELED', 'CANCELED'],
      ['MESSAGE_ADD_ERROR', 'MESSAGE_ADD_ERROR'],
    ],
  },
  stageHistoryTypeError: {
    title: 'Код ошибки истории стадий',
    options: [
      ['ENTITY_TYPE_NOT_SUPPORTED', 'текстом'],
      ['zero', 'нулём'],
    ],
  },
  missingTypeError: {
    title: 'Код ошибки «нет такого смарт-процесса»',
    options: [
      ['zero', '0'],
      ['NOT_FOUND', 'NOT_FOUND'],
    ],
  },
  workTimeFormat: {
    title: 'Рабочие часы в календаре',
    options: [
      ['whole', '9'],
      ['minutes', '9.30'],
    ],
  },
  authHost: {
    title: 'Сервер авторизации в событиях',
    options: [
      ['oauth.bitrix.info', 'oauth.bitrix.info'],
      ['oauth.bitrix24.tech', 'oauth.bitrix24.tech'],
    ],
  },
  refreshTokenInCrmEvents: { title: 'Токен обновления в событиях CRM приложению' },
  scopeSeparator: {
    title: 'Разделитель прав в событиях',
    options: [
      ['space', 'пробел'],
      ['comma', 'запятая'],
      ['comma-space', 'запятая с пробелом'],
    ],
  },
  eventUnbindWithoutParams: {
    title: 'event.unbind без параметров',
    options: [
      ['ERROR_ARGUMENT', 'отказ'],
      ['deletes-all', 'удаляет все подписки'],
    ],
  },
  bindingsOnUpdate: {
    title: 'Подписки и встройки при обновлении приложения',
    options: [
      ['kept', 'остаются'],
      ['removed', 'удаляются'],
    ],
  },
  userReadyForLocalApps: { title: 'ONAPPUSERREADY приходит и локальным приложениям' },
  footerButtons: {
    title: 'Кнопки настраиваемого дела (footer.buttons)',
    options: [
      ['object', 'объект с ключами'],
      ['array', 'список'],
    ],
  },
  actionContext: {
    title: 'Контекст нажатия в событии',
    options: [
      ['flat', 'вместе с параметрами кнопки'],
      ['nested', 'отдельно от параметров'],
    ],
  },
  clickerIn: {
    title: 'Кто нажал кнопку дела',
    options: [
      ['auth.user_id', 'auth[user_id]'],
      ['data.userId', 'data[userId]'],
    ],
  },
  openLineEvents: {
    title: 'Сообщения открытых линий как события приложений',
    options: [
      ['none', 'не приходят'],
      ['own-connector', 'только своего коннектора'],
      ['all', 'приходят все'],
    ],
  },
  offlineExtended: {
    title: 'Офлайн-события без rest_offline_extended',
    options: [
      ['confirm-mode-only', 'есть, но без резервирования'],
      ['all-offline', 'недоступны совсем'],
    ],
  },
  offlineClearWins: {
    title: 'event.offline.clear с id и message_id сразу',
    options: [
      ['message_id', 'действует message_id'],
      ['id', 'действует id'],
    ],
  },
  developerScope: { title: 'В полном списке scope есть rest.developer' },
  robotWaitsByDefault: { title: 'Робот без USE_SUBSCRIPTION ждёт ответа' },
  placementErrorsWith200: {
    title: 'Отказов placement.bind с HTTP 200',
    options: [
      [1, 'один'],
      [4, 'четыре'],
    ],
  },
  authTypeGivesToken: { title: 'auth_type даёт токен и для изменений робота' },
  robotRefreshToken: { title: 'Токен обновления в вызове робота' },
  oldRefreshTokenSeconds: { title: 'Сколько секунд действует старый токен обновления' },
  oauthErrorStatus: {
    title: 'HTTP-код отказов сервера авторизации',
    options: [
      [400, '400'],
      [401, '401'],
    ],
  },
  localhostHandlers: {
    title: 'Обработчики на адресах без точки (localhost)',
    options: [
      ['refused', 'отказ'],
      ['taken', 'принимаются'],
    ],
  },
  systemUserSeesTickets: { title: 'Системный пользователь приложения видит обращения' },
  chatProviderId: { title: 'Код дела открытой линии' },
  mailProviderId: { title: 'Код дела письма' },
};
