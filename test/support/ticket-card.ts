/** The ticket card as an agent fills it in. */
import type { Locator } from 'playwright-core';

/** Does what the regulation asks of the agent, the client's confirmation apart. */
export async function completeCard(card: Locator): Promise<void> {
  const texts: Readonly<Record<string, string>> = {
    'Описание проблемы': 'Клиент не получает код подтверждения при входе.',
    'Причина проблемы': 'Номер попал в стоп-лист шлюза СМС.',
    Решение: 'Номер убран из стоп-листа, код отправлен повторно.',
    'Что проверено': 'Клиент вошёл с нового кода, в журнале шлюза доставка без ошибок.',
    'Время решения, мин': '25',
    'Рекомендации клиенту': 'Обновить номер в профиле при смене оператора.',
    'База знаний: пояснение': 'Случай разовый, общая статья о входе уже есть.',
    'Результат решения': 'Доступ восстановлен.',
  };
  for (const [label, text] of Object.entries(texts)) {
    await card.getByLabel(label, { exact: true }).fill(text);
  }
  await card.getByLabel('Использованные ресурсы: ссылка 1').fill('https://kb.example.test/sms');
  await card.getByLabel('База знаний', { exact: true }).selectOption({ label: 'Не нужна' });
  await card.getByLabel('Причина закрытия').selectOption({ label: 'Решено' });
  await card.getByRole('button', { name: 'Сохранить' }).click();
  await card.getByText('Все изменения сохранены').waitFor();
  await answerClient(card);
  await closeTasks(card);
}

async function answerClient(card: Locator): Promise<void> {
  // Portal times are whole seconds, and an answer of the same second does not count as later.
  await card.page().waitForTimeout(1100);
  await card.getByRole('tab', { name: 'Чат' }).click();
  await card.getByLabel('Сообщение в чат').fill('Готово, доступ восстановлен.');
  await card.getByRole('button', { name: 'Оператор пишет' }).click();
  await card.locator('.bubble-operator', { hasText: 'доступ восстановлен' }).waitFor();
}

async function closeTasks(card: Locator): Promise<void> {
  await card.getByRole('tab', { name: 'Задачи' }).click();
  const open = card.locator('.task:not(.task-closed)');
  for (let left = await open.count(); left > 0; left -= 1) {
    const title = await open.first().locator('.task-title').textContent();
    await open.first().getByRole('button').click();
    await card.locator('.task-closed', { hasText: title ?? '' }).waitFor();
  }
}
