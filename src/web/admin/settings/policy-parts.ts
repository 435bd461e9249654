/** Small questions about a policy in a form. */
import type { SettingNote, SettingsBook } from '../../../core/admin/settings-state.ts';
import type { ClosingPolicy, PolicyNumbers } from '../../../core/policy.ts';

/** Without what typing leaves behind: spaces and empty values between commas. */
export function tidy(policy: ClosingPolicy): ClosingPolicy {
  const { diagnostics } = policy;
  if (diagnostics === null) return policy;
  const values = diagnostics.values.map((one) => one.trim()).filter((one) => one !== '');
  return { ...policy, diagnostics: { ...diagnostics, values } };
}

/** What stands at a path, spelled out; members of lists go by their id. */
export function settingAt(policy: object, path: string): string {
  let at: unknown = policy;
  for (const name of path.split('.')) {
    if (Array.isArray(at)) at = at.find((one: unknown) => idOfMember(one) === name);
    else if (typeof at === 'object' && at !== null) at = new Map(Object.entries(at)).get(name);
    else return '';
  }
  return JSON.stringify(at) ?? '';
}

function idOfMember(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
}

const NUMBERS: readonly (keyof PolicyNumbers)[] = [
  'firstWaitDays',
  'secondWaitDays',
  'undoMinutes',
  'reopenWindowDays',
  'maxReturns',
  'returnWindowMinutes',
];

export type NumberWords = (path: keyof PolicyNumbers, least: number, most: number) => string;

/** Numbers that are none, not whole, or beyond the limits: told without asking the server. */
export function numberProblems(
  policy: ClosingPolicy,
  limits: SettingsBook['limits'],
  words: NumberWords,
): readonly SettingNote[] {
  return NUMBERS.flatMap((path) => {
    const [least, most] = limits[path];
    const value = policy[path];
    if (Number.isInteger(value) && value >= least && value <= most) return [];
    return [{ path, code: 'number', text: words(path, least, most) }];
  });
}
