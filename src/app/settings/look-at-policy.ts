/** A policy that need not be saved, held against the portal: what is wrong, what to know, what dates it leads to. */
import type { Person, PolicyCheck } from '../../core/admin/settings-state.ts';
import type { ClosingPolicy } from '../../core/policy.ts';
import { waitExamples } from '../../core/wait-example.ts';
import { isDate, isZone } from '../setup-pipeline-settings.ts';
import type { CheckedAgainst, Finding } from './check-policy.ts';
import { policyProblems, policyWarnings } from './check-policy.ts';
import type { SettingsDeps, SettingsScene, Speak } from './settings-deps.ts';
import { noteOf } from './settings-words.ts';

export interface LookedAt {
  readonly check: PolicyCheck;
  readonly problems: readonly Finding[];
  /** Of the ids in the policy. */
  readonly people: readonly Person[];
  /** Whether the portal lets the app look people up. */
  readonly peopleBy: 'names' | 'ids';
}

/** Throws portal faults. */
export async function lookAtPolicy(
  policy: ClosingPolicy,
  { look, previous }: SettingsScene,
  deps: SettingsDeps,
  speak: Speak,
): Promise<LookedAt> {
  const { tools } = deps;
  const [staff, calendar] = await Promise.all([
    tools.settings.staff([...policy.leads, ...policy.overriders]),
    tools.lookAtCalendar(readable(policy), look.serverTime),
  ]);
  const against: CheckedAgainst = {
    look,
    previous,
    specs: tools.fieldSpecs,
    staff: staff && new Set(staff.map(({ id }) => id)),
  };
  const found = policyProblems(policy, against);
  const example = waitExamples(look.serverTime, policy, {
    time: calendar.time,
    timeZone: calendar.calendar.timeZone,
  });
  const noDays: readonly Finding[] =
    example === null ? [{ path: 'daysOff', code: 'no-working-days', params: {} }] : [];
  const problems = [...found, ...noDays];
  const notes = (findings: readonly Finding[]) => findings.map((one) => noteOf(one, speak));
  return {
    problems,
    people: staff ?? [],
    peopleBy: staff === null ? 'ids' : 'names',
    check: {
      problems: notes(problems),
      warnings: notes(policyWarnings(policy, against)),
      calendar: calendar.calendar,
      example,
    },
  };
}

/** A zone or a date that is a mistake has its own problem; the rest of the calendar is shown all the same. */
function readable(policy: ClosingPolicy) {
  const { daysOff, workDays, timeZone } = policy;
  return {
    daysOff: daysOff.filter(isDate),
    workDays: workDays.filter(isDate),
    timeZone: isZone(timeZone) ? timeZone : DEFAULT_ZONE,
  };
}

const DEFAULT_ZONE = 'Europe/Moscow';
