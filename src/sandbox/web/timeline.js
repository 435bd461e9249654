/** The ticket's timeline, newest first. */
import { activityCard } from './activity-card.js';
import { renderBb } from './bb-code.js';
import { arrange, h } from './dom.js';
import { shortMoment } from './format.js';
import { T } from './texts.js';

/** Creates the timeline; entries are kept by id, so that a selection in one survives a refresh. */
export function createTimeline() {
  const rows = new Map();
  const list = h('ol', { class: 'timeline' });
  return {
    element: list,
    show(entries) {
      for (const entry of entries) {
        const card = JSON.stringify(entry.card ?? null);
        const signature = `${entry.at}|${entry.author}|${entry.text}|${card}`;
        if (rows.get(entry.id)?.signature !== signature)
          rows.set(entry.id, { signature, node: row(entry) });
      }
      const nodes = entries.map((entry) => rows.get(entry.id).node);
      arrange(list, nodes.length === 0 ? [h('li', { class: 'empty' }, T.timelineEmpty)] : nodes);
    },
  };
}

function row(entry) {
  return h(
    'li',
    { class: `entry entry-${entry.kind in T.kinds ? entry.kind : 'log'}` },
    h(
      'p',
      { class: 'entry-head' },
      h('span', { class: 'entry-kind' }, T.kinds[entry.kind] ?? T.kinds.log),
      h('span', { class: 'entry-author' }, entry.author || ''),
      h('time', { class: 'muted' }, shortMoment(entry.at)),
    ),
    entry.card ? activityCard(entry.card) : h('div', { class: 'rich' }, words(entry)),
  );
}

/** Names of stages and subjects of letters are shown as they are; BB code is for what was written for the timeline. */
function words({ kind, text }) {
  return kind === 'comment' || kind === 'log' ? renderBb(text) : (text ?? '');
}
