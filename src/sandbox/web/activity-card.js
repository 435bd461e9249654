/** A configurable activity in the timeline, drawn from its layout, with working buttons. */
import { appApi } from './app-api.js';
import { actingUser, openAppSlider } from './app-slider.js';
import { A } from './app-texts.js';
import { h } from './dom.js';
import { toastError } from './toasts.js';

const local = (text) =>
  typeof text === 'object' && text !== null
    ? String(text.ru ?? text.en ?? Object.values(text)[0] ?? '')
    : String(text ?? '');
const entries = (map) => Object.entries(map ?? {});
const forWeb = ([, part]) => part.scope !== 'mobile';

/** Draws the record; presses go to the portal, which sends the event, opens the slider or names an address. */
export function activityCard(card) {
  const { header, body, footer } = card.layout;
  return h(
    'div',
    {
      class: card.lockedWhole ? 'activity-card activity-locked' : 'activity-card',
      'data-activity': card.id,
      'aria-busy': card.lockedWhole ? 'true' : null,
    },
    h(
      'p',
      { class: 'activity-title' },
      h('strong', null, local(header.title)),
      ...entries(header.tags)
        .filter(forWeb)
        .map(([, tag]) =>
          h('span', { class: `tag badge-tag badge-${tag.type}` }, local(tag.title)),
        ),
      card.completed ? h('span', { class: 'muted' }, A.completed) : null,
    ),
    h(
      'div',
      { class: 'activity-body' },
      entries(body.blocks).map(([key, part]) => h('div', null, block(card, key, part))),
    ),
    card.lockedWhole ? h('p', { class: 'muted', role: 'status' }, A.waitsForApp) : null,
    h('div', { class: 'activity-buttons' }, buttons(card, footer), completion(card)),
  );
}

function block(card, key, { type, properties = {} }) {
  if (properties.scope === 'mobile') return null;
  const draw = BLOCKS[type];
  return draw ? draw(card, key, properties) : null;
}

const BLOCKS = {
  text: (_card, _key, p) =>
    h(
      'span',
      { class: p.bold ? 'activity-bold' : null, title: local(p.title) || null },
      local(p.value),
    ),
  largeText: (_card, _key, p) => h('p', { class: 'activity-large' }, local(p.value)),
  link: (card, key, p) =>
    h('button', { type: 'button', class: 'link', onclick: () => press(card, key) }, local(p.text)),
  deadline: (card) =>
    h('span', null, card.deadline === null ? '' : new Date(card.deadline).toLocaleString('ru')),
  withTitle: (card, key, p) =>
    h(
      'span',
      null,
      h('span', { class: 'muted' }, `${local(p.title)}: `),
      block(card, key, p.block),
    ),
  lineOfBlocks: (card, _key, p) =>
    h(
      'span',
      null,
      entries(p.blocks).flatMap(([key, part]) => [block(card, key, part), ' ']),
    ),
};

function buttons(card, footer) {
  const main = entries(footer?.buttons).filter(forWeb);
  const more = entries(footer?.menu?.items).filter(forWeb);
  return [...main, ...more].map(([key, part]) =>
    h(
      'button',
      {
        type: 'button',
        class: part.type === 'primary' ? 'button button-primary' : 'button',
        'data-key': key,
        disabled: card.lockedWhole || card.lockedKeys.includes(key),
        onclick: () => press(card, key),
      },
      local(part.title),
    ),
  );
}

function completion(card) {
  const label = card.completed ? A.restore : A.complete;
  const act = () => appApi.complete(card.id, !card.completed, actingUser()).catch(toastError);
  return h('button', { type: 'button', class: 'button button-quiet', onclick: act }, label);
}

async function press(card, key) {
  try {
    const outcome = await appApi.press(card.id, key, actingUser());
    if (outcome.kind === 'open') {
      const { title, width } = outcome.slider;
      const { clientId, options } = outcome;
      openAppSlider({ clientId, options, width, title: title && local(title) });
    } else if (outcome.kind === 'redirect') {
      if (outcome.uri.startsWith('/')) window.location.assign(outcome.uri);
      else if (/^https?:/.test(outcome.uri)) window.open(outcome.uri, '_blank', 'noopener');
    }
  } catch (error) {
    toastError(error);
  }
}
