/** Two people changed one policy: the changes of one are put on top of what the other saved. */
import type { ClosingPolicy, CriterionSetting } from '../policy.ts';

/**
 * `theirs` with what `mine` changed since `base`. Setting by setting, so that what the other changed elsewhere stays; where both
 * changed one setting, mine stands. Version and pipeline are theirs.
 */
export function mergePolicies(
  base: ClosingPolicy,
  mine: ClosingPolicy,
  theirs: ClosingPolicy,
): ClosingPolicy {
  const pick = <K extends keyof ClosingPolicy>(key: K): ClosingPolicy[K] =>
    newer(base[key], mine[key], theirs[key]);
  return {
    ...theirs,
    mode: pick('mode'),
    language: pick('language'),
    cutoff: pick('cutoff'),
    stages: members(base.stages, mine.stages, theirs.stages),
    returnStage: pick('returnStage'),
    fields: { ...theirs.fields, ...touched(base.fields, mine.fields) },
    options: { ...theirs.options, ...touched(base.options, mine.options) },
    criteria: theirs.criteria.map((criterion) => mergeCriterion(base, mine, criterion)),
    autoAsk: pick('autoAsk'),
    channels: pick('channels'),
    thanksConfirms: pick('thanksConfirms'),
    digest: pick('digest'),
    timeZone: pick('timeZone'),
    daysOff: pick('daysOff'),
    workDays: pick('workDays'),
    diagnostics: pick('diagnostics'),
    leads: pick('leads'),
    overriders: pick('overriders'),
    firstWaitDays: pick('firstWaitDays'),
    secondWaitDays: pick('secondWaitDays'),
    undoMinutes: pick('undoMinutes'),
    reopenWindowDays: pick('reopenWindowDays'),
    maxReturns: pick('maxReturns'),
    returnWindowMinutes: pick('returnWindowMinutes'),
  };
}

/** The same settings, whatever the version and the order of names. */
export function sameSettings(left: ClosingPolicy, right: ClosingPolicy): boolean {
  return same({ ...left, version: 0 }, { ...right, version: 0 });
}

function newer<T>(base: T, mine: T, theirs: T): T {
  return same(base, mine) ? theirs : mine;
}

/** A name that only one of the two still has goes by whether mine changed it. */
function members<T>(
  base: Readonly<Record<string, T>>,
  mine: Readonly<Record<string, T>>,
  theirs: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  const names = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const one = newer(base[name], mine[name], theirs[name]);
      return one === undefined ? [] : [[name, one]];
    }),
  );
}

/** What mine has otherwise than the base. */
function touched<T extends object>(base: T, mine: T): Partial<T> {
  const changed: Partial<T> = {};
  for (const key of keysOf(mine)) if (!same(base[key], mine[key])) changed[key] = mine[key];
  return changed;
}

function keysOf<T extends object>(value: T): readonly (keyof T)[] {
  const keys: (keyof T)[] = [];
  for (const key in value) if (Object.hasOwn(value, key)) keys.push(key);
  return keys;
}

function mergeCriterion(
  base: ClosingPolicy,
  mine: ClosingPolicy,
  theirs: CriterionSetting,
): CriterionSetting {
  const of = (policy: ClosingPolicy): CriterionSetting =>
    policy.criteria.find(({ id }) => id === theirs.id) ?? theirs;
  const [was, is] = [of(base), of(mine)];
  return {
    ...theirs,
    strictness: newer(was.strictness, is.strictness, theirs.strictness),
    outcomes: newer(was.outcomes, is.outcomes, theirs.outcomes),
  };
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, inner]) => [key, ordered(inner)]);
}
