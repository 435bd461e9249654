/** Groups the ticket's fields: what closing needs first, in the order of the regulation's steps, then the rest. */
import { sameValue } from './drafts.js';
import { T } from './texts.js';

/** UF_CRM_CG_…, with the entity between for smart processes; or the same name as crm.item.* spells it. */
const CLOSEGATE = /^(?:UF_CRM_(?:[A-Z0-9]+_)?CG_|ufCrm(?:_?\d+_?|[A-Z][a-z]+)?Cg(?=[A-Z]))/;

/** In the order in which an agent fills them in. */
const FOR_PEOPLE = [
  'problem',
  'cause',
  'solution',
  'checkedhow',
  'timespent',
  'recommendations',
  'resources',
  'diagnostics',
  'kbdecision',
  'kbnote',
  'confirmation',
  'confirmationevidence',
  'closereason',
  'outcome',
  'resolution',
  'productversion',
  'productinstruction',
  'holdreason',
  'mistakecause',
  'mistakemeasure',
];
const FOR_THE_APP = [
  'outcome',
  'closedat',
  'cycle',
  'returns',
  'askedat',
  'remindedat',
  'holduntil',
  'policyversion',
];

/** `checkedhow` of `UF_CRM_7_CG_CHECKED_HOW`, or null when Closegate does not own the field. */
function keyOfField(name) {
  if (!CLOSEGATE.test(name)) return null;
  return name.replace(CLOSEGATE, '').replaceAll('_', '').toLowerCase();
}

/**
 * Groups as {name, title, folded, fields}. The group for closing is there even when empty: its absence means something.
 * Empty fields that nobody can fill in are left out. A closed ticket shows its outcome first.
 */
export function groupFields(fields) {
  const own = [];
  const outcome = [];
  const other = [];
  const closed = fields.some((field) => keyOfField(field.name) === 'closedat' && !isEmpty(field));
  for (const field of fields) {
    const key = keyOfField(field.name);
    if (!field.editable && isEmpty(field)) continue;
    if (key === null) other.push(field);
    else if (!field.editable || (closed && FOR_THE_APP.includes(key))) outcome.push(field);
    else own.push(field);
  }
  const closing = {
    name: 'closegate',
    title: T.groupClosegate,
    folded: false,
    fields: sorted(own, FOR_PEOPLE),
  };
  const result = {
    name: 'outcome',
    title: T.groupOutcome,
    folded: true,
    fields: sorted(outcome, FOR_THE_APP),
  };
  const rest = { name: 'other', title: T.groupOther, folded: false, fields: other };
  return [...(closed ? [result, closing] : [closing, result]), rest].filter(
    (group) => group.name === 'closegate' || group.fields.length > 0,
  );
}

function isEmpty(field) {
  return sameValue(field.value, null);
}

function sorted(fields, order) {
  const rank = (field) => {
    const at = order.indexOf(keyOfField(field.name));
    return at < 0 ? order.length : at;
  };
  return [...fields].sort((a, b) => rank(a) - rank(b));
}
