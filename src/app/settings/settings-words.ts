/** Settings and their values in words, for notes beside the form and for the list of versions. */
import type { PolicyChange } from '../../core/policy-changes.ts';
import type { ChoiceField } from '../../core/policy.ts';
import { FIELD_KEYS } from '../../core/policy.ts';
import type { SettingChange, SettingNote } from '../../core/admin/settings-state.ts';
import { CHOICE_CODES } from '../field-specs.ts';
import { localStamp } from '../local-stamp.ts';
import type { PipelineLook } from '../ports/settings.ts';
import type { Finding } from './check-policy.ts';
import { isChoiceKey } from './field-fits.ts';
import type { Speak } from './settings-deps.ts';

/** Names that ids of a policy have on the portal. */
export interface NamesHere {
  readonly look: Pick<PipelineLook, 'stages' | 'fields'>;
  readonly people: ReadonlyMap<number, string>;
  /** Dates are written in it. */
  readonly timeZone: string;
}

export function noteOf(found: Finding, speak: Speak): SettingNote {
  return inWords(found, 'settings.note', speak);
}

/** What of a document wants a choice. */
export function chooseNote(found: Finding, speak: Speak): SettingNote {
  return inWords(found, 'settings.choose', speak);
}

function inWords(found: Finding, prefix: string, speak: Speak): SettingNote {
  const { path, code } = found;
  const params = { ...found.params };
  if ('role' in params) params['role'] = roleText(String(params['role']), speak);
  if ('title' in params) params['title'] = speak(`settings.part.${params['title']}`);
  if ('key' in params) params['key'] = speak(`field.${params['key']}`);
  if ('other' in params) params['other'] = speak(`field.${params['other']}`);
  if ('type' in params) params['type'] = speak(`settings.field-type.${params['type']}`);
  if ('criterion' in params) params['criterion'] = speak(`criterion.${params['criterion']}`);
  if ('item' in params) {
    params['item'] = speak(`field.${found.params['key'] ?? ''}.${params['item']}`);
  }
  return { path, code, text: speak(`${prefix}.${code}`, params) };
}

/** `criteria.client-confirmed.strictness` → «client has confirmed: strictness». */
export function settingTitle(path: string, names: NamesHere, speak: Speak): string {
  const [head = '', ...rest] = path.split('.');
  const [second = '', third = ''] = rest;
  switch (head) {
    case 'criteria':
      return `${speak(`criterion.${second}`)}: ${speak(`settings.part.${third}`)}`;
    case 'stages': {
      const stage = rest.join('.');
      return speak('settings.part.stage', { stage: stageName(stage, names) });
    }
    case 'fields':
      return speak('settings.part.field', { field: fieldLabel(second, speak) });
    case 'options': {
      const item = isChoiceKey(second) && codesOf(second).includes(third);
      return speak('settings.part.item', {
        field: fieldLabel(second, speak),
        item: item ? speak(`field.${second}.${third}`) : third,
      });
    }
    default:
      return speak(`settings.part.${head}`);
  }
}

/** A version of long ago may know a code that the app no longer has. */
const codesOf = (key: ChoiceField): readonly string[] => CHOICE_CODES[key];

const isFieldKey = (key: string): boolean => FIELD_KEYS.some((one) => one === key);
const fieldLabel = (key: string, speak: Speak): string =>
  isFieldKey(key) ? speak(`field.${key}`) : key;

function stageName(stageId: string, { look }: NamesHere): string {
  return look.stages.find((one) => one.stageId === stageId)?.name ?? stageId;
}

export function changeOf(
  { key, before, after }: PolicyChange,
  names: NamesHere,
  speak: Speak,
): SettingChange {
  const value = (one: unknown): string => valueText(key, one, { names, speak });
  return {
    path: key,
    title: settingTitle(key, names, speak),
    before: value(before),
    after: value(after),
  };
}

interface Words {
  readonly names: NamesHere;
  readonly speak: Speak;
}

function valueText(path: string, value: unknown, words: Words): string {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value === 'boolean') return words.speak(value ? 'cli.yes' : 'cli.no');
  if (Array.isArray(value)) {
    return value.map((one: unknown) => codeText(path, String(one), words)).join(', ');
  }
  if (path === 'cutoff' && typeof value === 'number') {
    return localStamp(value, words.names.timeZone).slice(0, 16).replace('T', ' ');
  }
  return typeof value === 'string' || typeof value === 'number'
    ? codeText(path, String(value), words)
    : JSON.stringify(value);
}

/** Where the label of a code stands, by the part of the path that tells what it is. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['channels', 'settings.channel'],
  ['mode', 'settings.mode'],
  ['strictness', 'journal.strictness'],
  ['outcomes', 'field.outcome'],
  ['clause', 'clause'],
]);

/** Codes of the closed lists become their labels, ids their names; what has none stays. */
function codeText(path: string, code: string, { names, speak }: Words): string {
  const parts = path.split('.');
  const labels = LABELS.get(parts.at(-1) ?? '');
  if (labels !== undefined) return speak(`${labels}.${code}`);
  const [head = ''] = parts;
  switch (head) {
    case 'leads':
    case 'overriders':
      return personText(code, { names, speak });
    case 'stages':
      return roleText(code, speak);
    case 'returnStage':
      return stageName(code, names);
    case 'fields':
      return names.look.fields.find(({ name }) => name === code)?.label ?? code;
    case 'options':
      return itemLabel(code, names);
    default:
      return code;
  }
}

function itemLabel(id: string, { look }: NamesHere): string {
  const items = look.fields.flatMap((field) => field.items ?? []);
  return items.find((item) => String(item.id) === id)?.label ?? id;
}

function personText(id: string, { names, speak }: Words): string {
  return names.people.get(Number(id)) ?? speak('settings.user', { id });
}

/** `closed:spam` → «closed: Spam». */
export function roleText(role: string, speak: Speak): string {
  const [kind = '', outcome] = role.split(':');
  return outcome === undefined
    ? speak(`role.${kind}`)
    : speak('role.closed', { outcome: speak(`field.outcome.${outcome}`) });
}
