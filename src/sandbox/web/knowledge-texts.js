/** Words of the knowledge-base page. */
export const K = {
  title: 'База знаний',
  choose: 'Выберите статью в списке.',
  gone: 'Такой статьи нет.',
  edit: 'Править',
  save: 'Сохранить',
  cancel: 'Не сохранять',
  source: 'Текст статьи (Markdown)',
  number: (id) => `Статья № ${id}`,
  changed: (when, who) => (who === '' ? `изменена ${when}` : `изменена ${when}, ${who}`),
  unsaved: (who) => `Статью правит ${who}: есть несохранённые изменения.`,
};
