/** Each criterion of the panel in words: what was found, and what to do where something is missing. */
import type { CardCriterion, CardGap, TimedText } from '../../core/card-state.ts';
import type { CriterionResult, Gap } from '../../core/decision.ts';
import { closesOnSilence } from '../../core/product-update.ts';
import { gapField } from '../../core/gap-field.ts';
import type { CriterionId } from '../../core/policy.ts';
import type { SilenceSchedule } from '../../core/silence-schedule.ts';
import type { Instant } from '../../core/ticket.ts';
import type { OneTicket } from '../one-ticket.ts';
import type { Language } from '../ports/texts.ts';
import type { Say } from '../ports/tools.ts';
import type { CardDeps, CardViewer } from './card-deps.ts';

interface Around {
  readonly schedule: SilenceSchedule | null;
  readonly deps: CardDeps;
}

export async function criterionWords(
  { language }: Pick<CardViewer, 'language'>,
  ticket: OneTicket,
  results: readonly CriterionResult[],
  { schedule, deps }: Around,
): Promise<readonly CardCriterion[]> {
  const { plain } = deps;
  return results
    .filter(({ strictness }) => strictness !== 'off')
    .map((result) => {
      const { id, clause, strictness, verdict } = result;
      return {
        id,
        clause,
        clauseName: plain(language, `clause.${clause}`),
        title: plain(language, `criterion.${id}`),
        status: verdict.status,
        strictness,
        evidence: evidenceText(language, result, { ticket, schedule }, plain),
        gaps:
          verdict.status === 'unmet'
            ? verdict.gaps.map((gap) => cardGap(language, gap, plain))
            : [],
      };
    });
}

export function cardGap(language: Language, gap: Gap, plain: Say): CardGap {
  const params = Object.fromEntries(
    Object.entries(gap.params).map(([name, value]) => [
      name,
      readable(language, name, value, plain),
    ]),
  );
  const text = plain(language, `gap.${gap.code}`, params);
  return { code: gap.code, text, field: gapField(gap) };
}

/** Codes become labels. */
const LABELLED: ReadonlyMap<string, string> = new Map([
  ['closeReason', 'field.closeReason.'],
  ['outcome', 'field.outcome.'],
  ['field', 'field.'],
]);

function readable(language: Language, name: string, value: string | number, plain: Say) {
  const prefix = LABELLED.get(name);
  return prefix === undefined ? value : plain(language, `${prefix}${value}`);
}

interface Seen {
  readonly ticket: OneTicket;
  readonly schedule: SilenceSchedule | null;
}

type Words = readonly [
  key: string,
  params?: Readonly<Record<string, string | number>>,
  moments?: Readonly<Record<string, Instant>>,
];

function evidenceText(
  language: Language,
  { id, verdict, evidence }: CriterionResult,
  seen: Seen,
  plain: Say,
): TimedText {
  if (verdict.status === 'not-applicable') {
    const why = evidence['unavailable'] === true ? 'unavailable' : 'not-applicable';
    return { text: plain(language, `card.evidence.${why}`), moments: {} };
  }
  if (verdict.status === 'unknown') {
    return { text: plain(language, 'card.evidence.unread'), moments: {} };
  }
  const [key, params = {}, moments = {}] = WORDS[id]?.(evidence, seen, language, plain) ?? [''];
  // A moment's place is left for the page, which knows the reader's zone.
  const places = Object.fromEntries(Object.keys(moments).map((name) => [name, `{${name}}`]));
  const text = key === '' ? '' : plain(language, `card.evidence.${key}`, { ...params, ...places });
  return { text, moments };
}

type Evidence = CriterionResult['evidence'];
type Wording = (evidence: Evidence, seen: Seen, language: Language, plain: Say) => Words;

const count = (evidence: Evidence, name: string): number => Number(evidence[name] ?? 0);

const WORDS: Readonly<Partial<Record<CriterionId, Wording>>> = {
  'problem-solved': (evidence) =>
    count(evidence, 'characters') === 0
      ? ['empty']
      : ['characters', { count: count(evidence, 'characters') }],
  'related-work-closed': (evidence) => {
    const left = count(evidence, 'openTasks') + count(evidence, 'openTickets');
    return left === 0 ? ['no-open-work'] : ['open-work', { count: left }];
  },
  'client-confirmed': (_evidence, seen, language, plain) => confirmation(seen, language, plain),
  'questions-answered': (evidence, { ticket }) => {
    const { conversation } = ticket.snapshot;
    const at = conversation.known ? conversation.value.lastOurAnswerAt : null;
    if (evidence['clientWrote'] === false) return ['client-silent'];
    return at === null ? ['no-answer'] : ['answered', {}, { at }];
  },
  'solution-documented': (evidence, { ticket }) => [
    'documented',
    {
      count: ticket.snapshot.record.solution.trim().length,
      minutes: count(evidence, 'timeSpent'),
    },
  ],
  'documentation-extras': (evidence) => ['links', { count: count(evidence, 'resources') }],
  'text-quality': (evidence) =>
    count(evidence, 'hints') === 0 ? ['no-hints'] : ['hints', { count: count(evidence, 'hints') }],
  'information-complete': (evidence) =>
    evidence['communication'] === 'missing' ? ['no-communication'] : ['communication'],
  'knowledge-base-decided': (_evidence, { ticket }, language, plain) => {
    const { kbDecision } = ticket.snapshot.record;
    if (kbDecision === null) return ['kb-undecided'];
    return ['label', { label: plain(language, `field.kbDecision.${kbDecision}`) }];
  },
  'knowledge-base-linked': (evidence) => [
    evidence['link'] === 'none' ? 'kb-unlinked' : 'kb-linked',
  ],
  'product-update-confirmed': (_evidence, seen, language, plain) =>
    confirmation(seen, language, plain),
  'close-reason-given': (evidence, _seen, language, plain) => {
    const reason = String(evidence['closeReason'] ?? 'none');
    if (reason === 'none') return ['reason-follows'];
    return ['label', { label: plain(language, `field.closeReason.${reason}`) }];
  },
  'duplicate-linked': (_evidence, { ticket }) => {
    const label = ticket.snapshot.record.duplicateOf.trim().slice(0, 100);
    return label === '' ? ['empty'] : ['label', { label }];
  },
};

/** «Request 21.11 14:21, until 24.11 14:21»: what the client was asked and what happens without an answer. */
function confirmation({ ticket, schedule }: Seen, language: Language, plain: Say): Words {
  const { record } = ticket.snapshot;
  const state = record.confirmation ?? 'not-asked';
  const label = plain(language, `field.confirmation.${state}`);
  if (state !== 'asked' || record.askedAt === null) return ['label', { label }];
  const at = record.askedAt;
  if (schedule === null || !closesOnSilence(record)) return ['asked', {}, { at }];
  return ['asked-until', {}, { at, until: schedule.closeAt }];
}
