/** Everything the doctor can find, with its level. Codes are API: never renamed, only added. */

export type FindingLevel = 'ok' | 'warn' | 'fail';

/** Check → code → level. The texts are `doctor.<check>.<code>`; whatever is not ok has a `remedy.<check>.<code>` too. */
export const DOCTOR_FINDINGS = {
  webhook: { ok: 'ok', failed: 'fail' },
  token: { ok: 'ok', missing: 'fail' },
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
  stages: {
    ok: 'ok',
    deleted: 'fail',
    'no-closed': 'fail',
    ungated: 'warn',
    'no-awaiting': 'warn',
    failed: 'fail',
  },
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
    'no-data': 'warn',
    'portal-missing': 'warn',
    'portal-unreadable': 'warn',
    failed: 'warn',
  },
  outbox: { ok: 'ok', stopped: 'fail', failed: 'fail' },
  clock: { ok: 'ok', demo: 'ok', drift: 'warn', far: 'fail', failed: 'fail' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FindingLevel>>>>;

export type DoctorCheck = keyof typeof DOCTOR_FINDINGS;

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
