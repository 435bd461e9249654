/** The knowledge base of the sandbox portal: a list of articles, one article, and its editor. */
import { api, listen } from './api.js';
import { byId, h, setText } from './dom.js';
import { shortMoment } from './format.js';
import { renderMarkdown } from './knowledge-markdown.js';
import { K } from './knowledge-texts.js';

const state = { notes: [], article: null, editing: false, userId: 2 };

const idOf = () => Number(/^\/note\/document\/(\d+)/.exec(location.pathname)?.[1] ?? 0);

function drawList() {
  byId('articles').replaceChildren(
    h(
      'ul',
      { class: 'kb-links' },
      ...state.notes.map((note) =>
        h(
          'li',
          null,
          h(
            'a',
            {
              href: `/note/document/${note.id}/`,
              'aria-current': note.id === state.article?.id ? 'page' : null,
            },
            note.title,
          ),
          h('span', { class: 'kb-when' }, K.changed(shortMoment(note.updatedAt), note.editor)),
        ),
      ),
    ),
  );
}

function drawArticle() {
  const { article } = state;
  if (article === null) {
    byId('article').replaceChildren(
      h('p', { class: 'kb-empty' }, idOf() === 0 ? K.choose : K.gone),
    );
    return;
  }
  document.title = `${article.title} — ${K.title}`;
  const unsaved =
    article.unsavedBy === '' ? null : h('p', { class: 'kb-unsaved' }, K.unsaved(article.unsavedBy));
  byId('article').replaceChildren(
    h('h2', { class: 'kb-title' }, article.title),
    h(
      'p',
      { class: 'kb-when' },
      K.number(article.id),
      ' · ',
      K.changed(shortMoment(article.updatedAt), article.editor),
    ),
    ...(unsaved === null ? [] : [unsaved]),
    ...(state.editing ? editor(article) : reader(article)),
  );
}

function reader(article) {
  const edit = h(
    'button',
    { type: 'button', class: 'button', onclick: () => void startEditing(article) },
    K.edit,
  );
  return [h('div', { class: 'kb-text' }, ...renderMarkdown(article.markdown)), edit];
}

function editor(article) {
  const area = h('textarea', { id: 'kb-source', class: 'kb-source', rows: 24 });
  area.value = article.markdown;
  return [
    h('label', { for: 'kb-source' }, K.source),
    area,
    h(
      'p',
      { class: 'kb-actions' },
      h(
        'button',
        {
          type: 'button',
          class: 'button button-primary',
          onclick: () => void save(article, area.value),
        },
        K.save,
      ),
      h(
        'button',
        { type: 'button', class: 'button', onclick: () => void leave(article) },
        K.cancel,
      ),
    ),
  ];
}

async function startEditing(article) {
  await tried(api.editNote(article.id, state.userId));
  state.editing = true;
  await load();
  document.getElementById('kb-source')?.focus();
}

async function save(article, markdown) {
  if (await tried(api.saveNote(article.id, markdown, state.userId))) await stopEditing();
}

async function leave(article) {
  if (await tried(api.leaveNote(article.id))) await stopEditing();
}

async function stopEditing() {
  state.editing = false;
  await load();
  byId('article').focus();
}

async function tried(request) {
  const trouble = byId('trouble');
  try {
    await request;
    trouble.hidden = true;
    return true;
  } catch (error) {
    trouble.hidden = false;
    setText(trouble, error.message);
    return false;
  }
}

function fillUsers(users) {
  const select = byId('kb-user');
  if (select.options.length === users.length) return;
  select.replaceChildren(...users.map(({ id, name }) => h('option', { value: String(id) }, name)));
  select.value = String(state.userId);
}

async function load() {
  const view = await api.notes();
  state.notes = view.notes;
  fillUsers(view.users);
  const id = idOf();
  state.article = id === 0 ? null : await api.note(id).catch(() => null);
  drawList();
  drawArticle();
}

byId('kb-user').addEventListener('change', (event) => {
  state.userId = Number(event.target.value);
});
await tried(load());
// Somebody's typing is not drawn over.
listen(
  () => {
    if (!state.editing) void tried(load());
  },
  () => undefined,
);
