/** Everything the doctor can find, with its level. Codes are API: never renamed, only added. */

export type FindingLevel = 'ok' | 'warn' | 'fail';

/**
 * Check → code → level, in the order they are told. The texts are `doctor.<check>.<code>`; whatever is not ok has a
 * `remedy.<check>.<code>` too, and says by `why.<check>` why it matters.
 */
export const DOCTOR_FINDINGS = {
  webhook: { ok: 'ok', failed: 'fail' },
  token: { ok: 'ok', missing: 'fail' },
  grant: {
    ok: 'ok',
    installer: 'ok',
    'no-system-user': 'warn',
    old: 'warn',
    none: 'fail',
    failed: 'fail',
  },
  payment: { ok: 'ok', expired: 'fail', unfinished: 'fail', failed: 'fail' },
  handlers: { ok: 'ok', missing: 'fail', elsewhere: 'fail', failed: 'fail' },
  scopes: { ok: 'ok', 'missing-required': 'fail', 'missing-optional': 'warn', failed: 'fail' },
  rights: {
    ok: 'ok',
    admin: 'ok',
    'not-admin': 'warn',
    'read-only': 'fail',
    none: 'fail',
    failed: 'fail',
  },
  redis: {
    ok: 'ok',
    'memory-only': 'warn',
    unknown: 'warn',
    'appendonly-off': 'fail',
    eviction: 'fail',
    failed: 'fail',
  },
  policies: { ok: 'ok', none: 'fail', invalid: 'fail', failed: 'fail' },
  fields: { ok: 'ok', missing: 'fail', 'items-missing': 'fail', failed: 'fail' },
  required: {
    ok: 'ok',
    hidden: 'fail',
    refused: 'fail',
    mandatory: 'warn',
    'stage-ask': 'warn',
    'stage-unknown': 'warn',
    'stage-yes': 'warn',
    failed: 'fail',
  },
  stages: {
    ok: 'ok',
    deleted: 'fail',
    'no-closed': 'fail',
    ungated: 'warn',
    'unmapped-final': 'warn',
    'no-awaiting': 'warn',
    failed: 'fail',
  },
  holes: { ok: 'ok', hole: 'warn', failed: 'fail' },
  automation: {
    ok: 'ok',
    ask: 'warn',
    unknown: 'warn',
    yes: 'fail',
    workflows: 'warn',
    failed: 'fail',
  },
  people: {
    ok: 'ok',
    untold: 'ok',
    'no-leads': 'warn',
    'no-overriders': 'warn',
    'lead-dismissed': 'fail',
    'overrider-dismissed': 'warn',
    failed: 'warn',
  },
  templates: { ok: 'ok', empty: 'fail', problem: 'fail', failed: 'fail' },
  events: {
    ok: 'ok',
    'ok-other': 'warn',
    silent: 'fail',
    'no-ticket': 'warn',
    'no-policy': 'warn',
    skipped: 'warn',
    failed: 'fail',
  },
  calendar: {
    ok: 'ok',
    empty: 'fail',
    'no-data': 'warn',
    'portal-missing': 'warn',
    'portal-unreadable': 'warn',
    failed: 'warn',
  },
  outbox: { ok: 'ok', stopped: 'fail', failed: 'fail' },
  clock: { ok: 'ok', demo: 'ok', drift: 'warn', far: 'fail', failed: 'fail' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FindingLevel>>>>;

export type DoctorCheck = keyof typeof DOCTOR_FINDINGS;

const CHECKS: readonly string[] = Object.keys(DOCTOR_FINDINGS);

export function isDoctorCheck(value: string): value is DoctorCheck {
  return CHECKS.includes(value);
}

export interface Finding {
  readonly check: DoctorCheck;
  readonly level: FindingLevel;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** A finding with the level its code has. */
export function finding<C extends DoctorCheck>(
  check: C,
  code: Extract<keyof (typeof DOCTOR_FINDINGS)[C], string>,
  params: Finding['params'] = {},
): Finding {
  const levels: Readonly<Record<string, FindingLevel>> = DOCTOR_FINDINGS[check];
  return { check, code, level: levels[code] ?? 'fail', params };
}
