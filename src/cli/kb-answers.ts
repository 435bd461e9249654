/** What `npm run kb` says about each result. */
import type { SimilarCases, TypicalInPipeline } from '../app/knowledge/find-similar.ts';
import type { UpdateResult, PlanResult } from '../app/knowledge/update-article.ts';
import type { CreateResult, DraftResult } from '../app/knowledge/create-article.ts';
import type { DecideResult } from '../app/knowledge/decide-knowledge.ts';
import type { Unavailable } from '../app/ports/knowledge.ts';
import type { LineChange } from '../core/knowledge/line-changes.ts';
import { pipelineKey } from '../core/policy.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';

export type Speak = (key: string, params?: Readonly<Record<string, string | number>>) => string;

export interface Answer {
  /** Result for stdout; '' when there is none. */
  readonly out: string;
  /** Explanation for stderr; '' when there is none. */
  readonly say: string;
  readonly done: boolean;
}

const told = (out: string): Answer => ({ out, say: '', done: true });
const failed = (say: string): Answer => ({ out: '', say, done: false });

export function changesText(changes: readonly LineChange[]): string {
  return changes.map(({ kind, text }) => `${kind === 'added' ? '+' : '-'} ${text}`).join('\n');
}

function unavailableText({ why }: Unavailable, ref: string, speak: Speak): string {
  return speak(`kb.unavailable-${why}`, { ref });
}

/** A search says itself that there is nothing to search. */
export function similarText(cases: SimilarCases, ref: string, speak: Speak): Answer {
  const hits = (
    rows: readonly { id: number | string; title: string; share: number; link: string }[],
  ) =>
    rows.length === 0
      ? [speak('kb.none')]
      : rows.map(({ id, title, share, link }) =>
          speak('kb.hit', { id, title, share: Math.round(share * 100), link }),
        );
  const lines = [
    speak('kb.articles'),
    ...hits(cases.articles),
    speak('kb.tickets'),
    ...hits(cases.tickets.map((one) => ({ ...one, id: refKey(one.ref) }))),
  ];
  const say = cases.unavailable ? unavailableText(cases.unavailable, ref, speak) : '';
  return { out: lines.join('\n'), say, done: true };
}

export function typicalText(found: readonly TypicalInPipeline[], speak: Speak): Answer {
  if (found.every(({ problems }) => problems.length === 0)) return told(speak('kb.typical-none'));
  const lines = found.flatMap(({ policy, problems }) =>
    problems.length === 0
      ? []
      : [
          speak('kb.typical-pipeline', { pipeline: pipelineKey(policy.pipeline) }),
          ...problems.map(({ title, ids }) => {
            const tickets = ids.map(refKey);
            const list = tickets.join(', ');
            return speak('kb.typical', {
              count: ids.length,
              title,
              tickets: list,
              first: tickets[0] ?? '',
            });
          }),
        ],
  );
  return told(lines.join('\n'));
}

type Failure = Exclude<
  CreateResult | DraftResult | PlanResult | UpdateResult | DecideResult,
  { readonly kind: 'created' | 'draft' | 'plan' | 'updated' | 'decided' }
>;

type Plain = Extract<
  Failure,
  { readonly kind: 'no-ticket' | 'no-article' | 'no-base' | 'no-reason' | 'busy' | 'refused' }
>;

const PLAIN: ReadonlySet<string> = new Set<Plain['kind']>([
  'no-ticket',
  'no-article',
  'no-base',
  'no-reason',
  'busy',
  'refused',
]);
const isPlain = (result: Failure): result is Plain => PLAIN.has(result.kind);

/** Why nothing (or not all) was done, and what to do. */
export function failureText(result: Failure, ref: TicketRef, speak: Speak): Answer {
  const ticket = refKey(ref);
  if (isPlain(result)) {
    const detail = result.kind === 'refused' ? result.detail : '';
    return failed(speak(`kb.${result.kind}`, { ref: ticket, detail }));
  }
  switch (result.kind) {
    case 'lacking': {
      const fields = result.fields.map((field) => speak(`brief.${field}-missing`)).join(', ');
      return failed(speak('kb.lacking', { ref: ticket, fields }));
    }
    case 'unavailable':
      return failed(unavailableText(result, ticket, speak));
    case 'not-noted': {
      const { id, link } = result.article;
      return failed(speak('kb.not-noted', { id, link, ref: ticket, detail: result.detail }));
    }
    case 'conflict': {
      const { id, link } = result.article;
      const say = speak(`kb.conflict-${result.why}`, { id, link });
      return { out: changesText(result.since), say, done: false };
    }
    case 'bad-link':
      return failed(speak(`kb.bad-link-${result.link}`));
    case 'no-section':
    case 'nothing-to-say':
      return failed(speak(`kb.${result.kind}`, { heading: result.heading }));
  }
}
