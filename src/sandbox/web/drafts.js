/** What somebody typed into a ticket's fields and has not saved yet. Kept until saved or discarded, whatever is refreshed. */

/** ticket key → Map(field name → {value, base}); base is the portal's value when the typing began. */
const drafts = new Map();

/** The drafts of a ticket; empty when there are none. */
export function draftsOf(key) {
  return drafts.get(key) ?? new Map();
}

/** Whether a ticket has anything unsaved. */
export function hasDraft(key) {
  return draftsOf(key).size > 0;
}

/** Whether two field values are the same for a person: empty, null and [] are one, numbers and their text too. */
export function sameValue(left, right) {
  return canonical(left) === canonical(right);
}

function canonical(value) {
  if (Array.isArray(value))
    return JSON.stringify(value.filter((one) => one !== '' && one !== null).map(String));
  const text = value === null || value === undefined || value === false ? '' : String(value);
  return text === '' ? '[]' : JSON.stringify([text]);
}

/** Notes a value as typed; a value equal to the portal's is no draft. */
export function setDraft(key, name, value, portalValue) {
  const own = drafts.get(key) ?? new Map();
  const base = own.get(name)?.base ?? portalValue;
  if (sameValue(value, portalValue)) own.delete(name);
  else own.set(name, { value, base });
  if (own.size === 0) drafts.delete(key);
  else drafts.set(key, own);
}

/** Forgets the drafts that were saved with exactly these values; what was typed while saving stays. */
export function settleDrafts(key, saved) {
  const own = draftsOf(key);
  for (const [name, value] of Object.entries(saved)) {
    if (own.has(name) && sameValue(own.get(name).value, value)) own.delete(name);
  }
  if (own.size === 0) drafts.delete(key);
}

/** Throws away everything unsaved of a ticket. */
export function dropDrafts(key) {
  drafts.delete(key);
}

/** Asks before the page is left with something unsaved. */
export function guardDrafts() {
  window.addEventListener('beforeunload', (event) => {
    if (drafts.size > 0) event.preventDefault();
  });
}
