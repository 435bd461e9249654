/** Simple choosers the portal shows for an application: people and tickets. */
import { A } from './app-texts.js';
import { h } from './dom.js';
import { openDialog } from './overlay.js';
import { session } from './session.js';

/** Resolves with what was chosen; never when the chooser is closed, as on the platform. */
function choose(title, rows, many) {
  return new Promise((resolve) => {
    const box = openDialog({ title, className: 'dialog-box' });
    const name = many ? 'checkbox' : 'radio';
    const inputs = rows.map(({ label, value }, index) => {
      const input = h('input', { type: name, name: 'pick', id: `pick-${index}` });
      const line = h('p', null, input, ' ', h('label', { for: `pick-${index}` }, label));
      return { input, line, value };
    });
    const ok = h('button', { type: 'button', class: 'button button-primary' }, A.choose);
    ok.addEventListener('click', () => {
      const picked = inputs.filter(({ input }) => input.checked).map(({ value }) => value);
      box.close();
      resolve(many ? picked : picked[0]);
    });
    box.body.append(
      h(
        'div',
        { class: 'stack' },
        inputs.map(({ line }) => line),
        ok,
      ),
    );
  });
}

/** selectUser: one person, or a list with `mult`. */
export function pickUser(many) {
  const rows = (session.state?.users ?? []).map((user) => ({
    label: user.name,
    value: { id: String(user.id), name: user.name, photo: '', position: user.role, sub: false },
  }));
  return choose(A.pickUser, rows, many);
}

/** selectCRM: tickets of the shown pipeline, by type. */
export async function pickCrm() {
  const rows = (session.state?.tickets ?? []).map((ticket) => ({
    label: `${ticket.id} · ${ticket.title}`,
    value: { ticket, title: ticket.title },
  }));
  const picked = await choose(A.pickCrm, rows, true);
  const groups = {};
  for (const { ticket, title } of picked) {
    const type = ticket.entityTypeId === 2 ? 'deal' : `dynamic_${ticket.entityTypeId}`;
    const prefix = ticket.entityTypeId === 2 ? 'D' : `T${ticket.entityTypeId.toString(16)}`;
    groups[type] ??= {};
    const id = `${prefix}_${ticket.id}`;
    groups[type][Object.keys(groups[type]).length] = { id, type, place: type, title, desc: '' };
  }
  return groups;
}
