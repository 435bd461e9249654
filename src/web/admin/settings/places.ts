/** Where on the page a setting stands: the tab, and the id of its control. */
import type { SettingNote } from '../../../core/admin/settings-state.ts';

export const POLICY_TABS = ['stages', 'fields', 'criteria', 'waits', 'calendar', 'access'] as const;
export type PolicyTab = (typeof POLICY_TABS)[number];

/** In the order they are shown. */
export const TABS = [...POLICY_TABS, 'doctor', 'versions'] as const;
export type TabId = (typeof TABS)[number];

const TAB_OF: Readonly<Record<string, PolicyTab>> = {
  stages: 'stages',
  returnStage: 'stages',
  mode: 'stages',
  cutoff: 'stages',
  language: 'stages',
  fields: 'fields',
  options: 'fields',
  diagnostics: 'fields',
  criteria: 'criteria',
  firstWaitDays: 'waits',
  secondWaitDays: 'waits',
  undoMinutes: 'waits',
  reopenWindowDays: 'waits',
  maxReturns: 'waits',
  returnWindowMinutes: 'waits',
  autoAsk: 'waits',
  channels: 'waits',
  thanksConfirms: 'waits',
  timeZone: 'calendar',
  daysOff: 'calendar',
  workDays: 'calendar',
  leads: 'access',
  overriders: 'access',
  digest: 'access',
};

/** null: it belongs to the policy as a whole. */
export function tabOf(path: string): PolicyTab | null {
  const [first = ''] = path.split('.');
  return Object.hasOwn(TAB_OF, first) ? (TAB_OF[first] ?? null) : null;
}

export const idOf = (path: string): string => `set-${path}`;

export function problemsIn(tab: PolicyTab, notes: readonly SettingNote[]): number {
  return notes.filter(({ path }) => tabOf(path) === tab).length;
}

/** Puts the focus on the control of a setting, or on the nearest there is (`options.outcome.spam`, `options.outcome`). */
export function focusSetting(path: string): void {
  const names = path.split('.');
  for (let length = names.length; length > 0; length -= 1) {
    const control = document.getElementById(idOf(names.slice(0, length).join('.')));
    if (control === null) continue;
    const closed = control.closest('details');
    if (closed !== null) closed.open = true;
    control.scrollIntoView({ block: 'center' });
    control.focus({ preventScroll: true });
    return;
  }
  const tab = tabOf(path);
  if (tab !== null) document.getElementById(`settings-tab-${tab}`)?.focus();
}
