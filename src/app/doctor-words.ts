/** A finding in words: what it is, why it matters, what to do. A page leads to its own tabs where a command names its options. */
import type { DoctorCheck, Finding } from './doctor-findings.ts';

export type SpeakFinding = (key: string, params?: Finding['params']) => string;

/** `page`: on the pages of an installed app; `command`: at the terminal. */
export type FindingPlace = 'page' | 'command';

/** `<check>.<code>` whose words a page says differently: `<key>.page`. */
export const PAGE_TITLES: ReadonlySet<string> = new Set([
  'rights.admin',
  'rights.not-admin',
  'events.skipped',
]);
export const PAGE_REMEDIES: ReadonlySet<string> = new Set([
  ...['missing-required', 'missing-optional', 'failed'].map((code) => `scopes.${code}`),
  ...['not-admin', 'read-only', 'none', 'failed'].map((code) => `rights.${code}`),
  ...['none', 'invalid'].map((code) => `policies.${code}`),
  ...['missing', 'items-missing', 'failed'].map((code) => `fields.${code}`),
  ...['deleted', 'ungated', 'unmapped-final', 'no-awaiting', 'no-closed', 'failed'].map(
    (code) => `stages.${code}`,
  ),
  'required.stage-ask',
  'automation.ask',
  ...['no-leads', 'no-overriders', 'lead-dismissed', 'overrider-dismissed'].map(
    (code) => `people.${code}`,
  ),
  ...['empty', 'no-data', 'portal-missing'].map((code) => `calendar.${code}`),
  ...['skipped', 'no-policy', 'silent'].map((code) => `events.${code}`),
]);

export interface FindingWords {
  readonly name: string;
  readonly title: string;
  /** '' where nothing is wrong, or where the check itself failed. */
  readonly why: string;
  /** '' where nothing is wrong. */
  readonly remedy: string;
}

export function findingWords(
  { check, code, level, params }: Finding,
  speak: SpeakFinding,
  place: FindingPlace,
): FindingWords {
  const id = `${check}.${code}`;
  const spell = (kind: 'doctor' | 'remedy', own: ReadonlySet<string>): string =>
    speak(`${kind}.${id}${place === 'page' && own.has(id) ? '.page' : ''}`, params);
  return {
    name: checkName(check, speak),
    title: spell('doctor', PAGE_TITLES),
    why: level === 'ok' || code === 'failed' || code === 'skipped' ? '' : speak(`why.${check}`),
    remedy: level === 'ok' ? '' : spell('remedy', PAGE_REMEDIES),
  };
}

export function checkName(check: DoctorCheck, speak: SpeakFinding): string {
  return speak(`doctor.check.${check}`);
}

/** The setting that mends it, as the settings pages name it; '' where it is mended elsewhere. */
export function settingOf({ check, code, level }: Finding): string {
  if (level === 'ok') return '';
  if (check === 'fields' || check === 'stages') return check;
  if (check === 'calendar') return code === 'failed' ? '' : 'daysOff';
  if (check === 'required' && code === 'stage-yes') return 'returnStage';
  if (check !== 'people' || code === 'failed') return '';
  return code.includes('overrider') ? 'overriders' : 'leads';
}
