/** What keeps a policy from being saved on this portal, and what a person should know before saving it. Pure. */
import type { ClosingPolicy, PolicyNumbers } from '../../core/policy.ts';
import { CRITERION_IDS, pipelineKey } from '../../core/policy.ts';
import type { Instant } from '../../core/ticket.ts';
import { mappingOf } from '../../core/field-mapping.ts';
import type { PipelineLook } from '../ports/settings.ts';
import type { FieldSpec } from '../ports/setup.ts';
import { isDate, isZone, SETTING_RANGES } from '../setup-pipeline-settings.ts';
import { mappingProblems } from './field-fits.ts';

/** A code with its params; the words come from the locale files (`settings.note.<code>`). */
export interface Finding {
  readonly path: string;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface CheckedAgainst {
  readonly look: PipelineLook;
  readonly previous: ClosingPolicy | null;
  readonly specs: readonly FieldSpec[];
  /** Ids in the policy that work at the company; null: the portal does not tell. */
  readonly staff: ReadonlySet<number> | null;
}

type Params = Finding['params'];
const finding = (path: string, code: string, params: Params = {}): Finding => ({
  path,
  code,
  params,
});

export function policyProblems(policy: ClosingPolicy, against: CheckedAgainst): readonly Finding[] {
  return [
    ...pipelineProblems(policy, against.look),
    ...stageProblems(policy, against.look),
    ...mappingProblems(mappingOf(policy), against.specs, against.look.fields),
    ...criteriaProblems(policy),
    ...numberProblems(policy),
    ...calendarProblems(policy),
    ...channelProblems(policy),
    ...diagnosticsProblems(policy, against.look),
    ...peopleProblems(policy, against.staff),
  ];
}

function pipelineProblems(
  { pipeline }: ClosingPolicy,
  { pipeline: here }: PipelineLook,
): readonly Finding[] {
  if (pipelineKey(pipeline) === pipelineKey(here)) return [];
  return [finding('pipeline', 'other-pipeline', { pipeline: pipelineKey(pipeline) })];
}

function stageProblems(
  { stages, returnStage }: ClosingPolicy,
  { stages: there }: PipelineLook,
): readonly Finding[] {
  const known = new Map(there.map(({ stageId, name }) => [stageId, name]));
  const unknown = Object.keys(stages).filter((stageId) => !known.has(stageId));
  const roleOf = (stageId: string) => stages[stageId] ?? 'work';
  const closes = there.some(({ stageId }) => roleOf(stageId).startsWith('closed:'));
  const found = unknown.map((stage) => finding(`stages.${stage}`, 'stage-unknown', { stage }));
  if (!closes) found.push(finding('stages', 'no-closed-stage'));
  if (!there.some(({ stageId }) => roleOf(stageId) === 'work')) {
    found.push(finding('stages', 'no-work-stage'));
  } else if (returnStage === '') {
    found.push(finding('returnStage', 'return-stage-missing'));
  } else if (!known.has(returnStage) || roleOf(returnStage) !== 'work') {
    const stage = known.get(returnStage) ?? returnStage;
    found.push(finding('returnStage', 'return-stage-not-work', { stage }));
  }
  return found;
}

function criteriaProblems({ criteria }: ClosingPolicy): readonly Finding[] {
  return CRITERION_IDS.flatMap((criterion) => {
    const times = criteria.filter(({ id }) => id === criterion).length;
    if (times === 1) return [];
    const code = times === 0 ? 'criterion-missing' : 'criterion-twice';
    return [finding(`criteria.${criterion}`, code, { criterion })];
  });
}

const isNumberKey = (key: string): key is keyof PolicyNumbers => Object.hasOwn(SETTING_RANGES, key);

function numberProblems(policy: ClosingPolicy): readonly Finding[] {
  return Object.keys(SETTING_RANGES)
    .filter(isNumberKey)
    .flatMap((key) => {
      const [least, most] = SETTING_RANGES[key];
      const value = policy[key];
      const good = Number.isInteger(value) && value >= least && value <= most;
      return good ? [] : [finding(key, 'number-range', { least, most })];
    });
}

function calendarProblems({ timeZone, daysOff, workDays }: ClosingPolicy): readonly Finding[] {
  const lists = [
    ['daysOff', daysOff],
    ['workDays', workDays],
  ] as const;
  return [
    ...(isZone(timeZone) ? [] : [finding('timeZone', 'zone-unknown', { zone: timeZone })]),
    ...lists.flatMap(([path, dates]) =>
      dates.filter((date) => !isDate(date)).map((date) => finding(path, 'not-a-date', { date })),
    ),
    ...daysOff
      .filter((date) => workDays.includes(date))
      .map((date) => finding('workDays', 'date-both', { date })),
  ];
}

function channelProblems({ channels }: ClosingPolicy): readonly Finding[] {
  if (channels.length === 0) return [finding('channels', 'no-channel')];
  return new Set(channels).size === channels.length ? [] : [finding('channels', 'channel-twice')];
}

function diagnosticsProblems(
  { diagnostics }: ClosingPolicy,
  { fields }: PipelineLook,
): readonly Finding[] {
  if (diagnostics === null) return [];
  const { field, values } = diagnostics;
  const found = fields.find(({ name }) => name === field);
  // A field of the portal's own (typeId, sourceId) is not among the custom ones.
  if (!found && field.startsWith('UF_')) {
    return [finding('diagnostics', 'field-unknown', { field })];
  }
  if (values.length === 0) return [finding('diagnostics', 'no-category')];
  const ids = found?.items?.map(({ id }) => String(id));
  const strange = ids ? values.filter((value) => !ids.includes(value)) : [];
  return strange.map((value) => finding('diagnostics', 'category-unknown', { field, value }));
}

function peopleProblems(
  { leads, overriders }: ClosingPolicy,
  staff: ReadonlySet<number> | null,
): readonly Finding[] {
  if (staff === null) return [];
  const lists = [
    ['leads', leads],
    ['overriders', overriders],
  ] as const;
  return lists.flatMap(([path, ids]) =>
    ids.filter((id) => !staff.has(id)).map((id) => finding(path, 'user-unknown', { id })),
  );
}

export function policyWarnings(
  policy: ClosingPolicy,
  { look, previous }: CheckedAgainst,
): readonly Finding[] {
  const alive = new Set(look.stages.map(({ stageId }) => stageId));
  const gone = Object.keys(previous?.stages ?? {}).filter((stageId) => !alive.has(stageId));
  const roles = Object.values(policy.stages);
  return [
    ...gone.map((stage) => finding(`stages.${stage}`, 'stage-gone', { stage })),
    ...(roles.includes('awaiting-confirmation') ? [] : [finding('stages', 'no-awaiting-stage')]),
    ...freeEnds(policy, look),
    ...(policy.leads.length > 0 ? [] : [finding('leads', 'no-leads')]),
    ...policy.criteria
      .filter(({ strictness, outcomes }) => strictness !== 'off' && outcomes.length === 0)
      .map(({ id }) => finding(`criteria.${id}.outcomes`, 'criterion-nobody', { criterion: id })),
    ...(policy.mode === 'observe' ? [finding('mode', 'observe-mode')] : []),
    ...cutoffWarnings(policy, previous, look.serverTime),
  ];
}

/** Final stages that anybody may close through unseen. */
function freeEnds({ stages }: ClosingPolicy, look: PipelineLook): readonly Finding[] {
  return look.stages
    .filter(({ stageId, semantics }) => {
      const role = stages[stageId] ?? 'work';
      return semantics !== 'process' && !role.startsWith('closed:') && role !== 'gate';
    })
    .map(({ stageId, name }) => finding(`stages.${stageId}`, 'free-end', { stage: name }));
}

/** Told where moves that the last version left alone would now be looked at, or new ones would not. */
function cutoffWarnings(
  { cutoff }: ClosingPolicy,
  previous: ClosingPolicy | null,
  serverTime: Instant,
): readonly Finding[] {
  if (cutoff > serverTime + MINUTE) return [finding('cutoff', 'cutoff-ahead')];
  const before = previous?.cutoff ?? serverTime - DAY;
  return cutoff < before ? [finding('cutoff', 'cutoff-back')] : [];
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
