/** The sentences of an audit, from its numbers: the same in the terminal, in JSON and on the page. */
import { blindCriteria } from '../core/audit/blind-criteria.ts';
import { pipelineKey } from '../core/policy.ts';
import type { CriterionId } from '../core/policy.ts';
import type { Gap } from '../core/decision.ts';
import type { AuditedPipeline } from './audit-plan.ts';
import type { PastAudit } from './audit-past.ts';

/** Words of one language by key. */
export type Speak = (key: string, params?: Readonly<Record<string, string | number>>) => string;

/** What a lead reads first. */
export function headlineOf({ sums }: PastAudit, speak: Speak): string {
  if (sums.judged === 0) return speak('audit.headline-none');
  const closings = speak('audit.of-closings', { count: sums.judged });
  return speak('audit.headline', { count: sums.fails, closings });
}

/** How much of the regulation the headline speaks of; '' when it is all of it. */
export function reachOf({ pipelines, sums }: PastAudit, speak: Speak): string {
  const blind = blindIn(pipelines);
  if (blind.length === 0 || sums.judged === 0) return '';
  const all = sums.criteria.length;
  return speak('audit.headline-partly', { checked: all - blind.length, all });
}

function blindIn(pipelines: readonly AuditedPipeline[]): readonly CriterionId[] {
  return [...new Set(pipelines.flatMap(({ policy }) => blindCriteria(policy)))];
}

export function pipelineLine({ policy, name, source }: AuditedPipeline, speak: Speak): string {
  const pipeline = pipelineKey(policy.pipeline);
  return speak(`audit.pipeline-${source}`, { name, pipeline, version: policy.version });
}

export function periodOf({ since, until, timeZone }: PastAudit, language: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone });
  return `${format.format(since)} – ${format.format(until)}`;
}

/** What the numbers do not say, and what cannot be known at all. */
export function notesOf({ pipelines, sums }: PastAudit, speak: Speak): readonly string[] {
  const blind = blindIn(pipelines).map((id) => speak(`criterion.${id}`));
  const count = (key: string, of: number): string[] => (of > 0 ? [speak(key, { count: of })] : []);
  return [
    ...(blind.length > 0 ? [speak('audit.note.no-field', { criteria: blind.join('; ') })] : []),
    ...(pipelines.some(({ source }) => source === 'preset') ? [speak('audit.note.guessed')] : []),
    ...count('audit.note.before-fields', sums.failedBeforeFields),
    ...count('audit.unclear-count', sums.unclear),
    ...count('audit.ungated-count', sums.ungated),
    speak('audit.note.fields-now'),
    speak('audit.note.work'),
    speak('audit.note.talk'),
    speak('audit.note.last'),
  ];
}

export function personName(userId: number, { names }: PastAudit, speak: Speak): string {
  if (userId <= 0) return speak('audit.no-person');
  return names.get(userId) ?? speak('audit.person-unnamed', { id: userId });
}

/** The gaps in a few words each, every one once. */
export function briefly(gaps: readonly Gap[], speak: Speak): string {
  return [...new Set(gaps.map(({ code, params }) => speak(`brief.${code}`, params)))].join(', ');
}

/** Closings that are not told about by what they lack: the criterion could not be asked about or answered. */
export function unknownOf(row: {
  readonly unavailable: number;
  readonly unread: number;
  readonly noField: number;
}): number {
  return row.unavailable + row.unread + row.noField;
}
