/** Why the portal refused a move or an edit, in words. */
import { api } from './api.js';
import { T } from './texts.js';

/** The reason as a sentence; field names become their labels when the card can be read. */
export async function refusalText(ref, error) {
  const say = T.refusals[error.message];
  if (error.status !== 409 || say === undefined) return error.message;
  return say((await labelsOf(ref, error.fields)).join(', '));
}

async function labelsOf(ref, names) {
  try {
    const { fields } = await api.ticket(ref);
    return names.map((name) => fields.find((field) => field.name === name)?.label ?? name);
  } catch {
    return names;
  }
}
