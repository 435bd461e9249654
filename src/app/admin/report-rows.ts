/** Rows of the report: each figure in the reader's words and by the name under which its lines are found. */
import type { ReportRow, ReportState } from '../../core/admin/report-state.ts';
import type { ClosingReport, Tally } from '../../core/report/closing-report.ts';
import type { DayCounters } from '../../core/report/counters.ts';
import { CLOCKS } from '../../core/report/counters.ts';
import { countBehind } from '../../core/report/figures.ts';
import type { Language } from '../ports/texts.ts';
import type { Say } from '../ports/tools.ts';
import { UNGATED } from '../report-words.ts';
import type { ReportNames } from './report-names.ts';

interface Words {
  readonly names: ReportNames;
  readonly language: Language;
  readonly say: Say;
}

export type ReportRows = Pick<
  ReportState,
  | 'reasons'
  | 'answers'
  | 'classes'
  | 'outcomes'
  | 'closedBy'
  | 'clocks'
  | 'knowledge'
  | 'reopened'
  | 'mistakes'
  | 'mistakesOverdue'
  | 'exceptions'
  | 'ungated'
  | 'messages'
  | 'suppressed'
>;

const MESSAGES = ['request', 'reminder', 'notice', 'work-goes-on', 'update-pending'];
const CHANNELS = ['chat', 'email', 'to-do'];
const SUPPRESSED = ['auto-reply', 'bounce', 'echo'];
const ANSWERS = ['solved', 'not-solved', 'question'] as const;

export function reportRows(
  report: ClosingReport,
  days: readonly DayCounters[],
  words: Words,
): ReportRows {
  const speak = (key: string): string => words.say(words.language, key);
  const { byClient, total } = report.reopened;
  return {
    reasons: rowsOf(most(report.refused.byCriterion), 'criterion', 'refused:criterion', speak),
    answers: rowsOf(
      ANSWERS.map((name) => ({ name, count: countBehind(days, `answer:${name}`) })),
      'report.answer',
      'answer',
      speak,
    ),
    classes: rowsOf(report.classes, 'report.class', 'class', speak),
    outcomes: rowsOf(most(report.outcomes), 'field.outcome', 'outcome', speak),
    closedBy: rowsOf(report.closedBy, 'journal.closed-by', 'closed-by', speak),
    clocks: CLOCKS.map((clock) => ({
      label: speak(`report.clock.${clock}`),
      ...report.medians[clock],
      figure: `time:${clock}:*`,
    })),
    knowledge: {
      share: report.knowledgeBase.share,
      decisions: rowsOf(report.knowledgeBase.decisions, 'report.kb', 'kb', speak),
      reused: rowsOf(report.knowledgeBase.reused, 'report.kb', 'kind', speak),
    },
    reopened: rowsOf(
      [
        { name: 'client', count: byClient },
        { name: 'agent', count: total - byClient },
      ],
      'report.reopened',
      'reopened',
      speak,
    ),
    ...mistakesAndExceptions(report, words),
    ...namedByLines(report, speak),
  };
}

const most = (tallies: readonly Tally[]): readonly Tally[] =>
  tallies.toSorted((a, b) => b.count - a.count);

type Speak = (key: string) => string;

/** @param words beginning of the keys of the words  @param figures beginning of the names of the figures */
function rowsOf(
  tallies: readonly Tally[],
  words: string,
  figures: string,
  speak: Speak,
): readonly ReportRow[] {
  return tallies.map(({ name, count }) => ({
    label: speak(`${words}.${name}`),
    count,
    figure: `${figures}:${name}`,
  }));
}

function mistakesAndExceptions(
  report: ClosingReport,
  { names, language, say }: Words,
): Pick<ReportRows, 'mistakes' | 'mistakesOverdue' | 'exceptions'> {
  return {
    mistakes: report.mistakes.map(({ name, count, withMeasure }) => ({
      label: say(language, `field.mistakeCause.${name}`),
      count,
      withMeasure,
      figure: `mistake:${name}`,
    })),
    mistakesOverdue: report.mistakesOverdue,
    exceptions: report.exceptions.map(({ name, count }) => ({
      label: names.person(Number(name)),
      count,
      figure: `override:person:${name}`,
    })),
  };
}

/** Names that stand in lines as they are: those of another version have no word yet and are told as they are. */
function namedByLines(
  report: ClosingReport,
  speak: Speak,
): Pick<ReportRows, 'ungated' | 'messages' | 'suppressed'> {
  const told = (words: string, known: readonly string[], name: string): string =>
    known.includes(name) ? speak(`${words}.${name}`) : name;
  return {
    ungated: report.ungated.byWhy.map(({ name, count }) => ({
      label: told('report.ungated', UNGATED, name),
      count,
      figure: `ungated:${name}`,
    })),
    messages: report.messages.map(({ name, count }) => {
      const [kind = '', channel = ''] = name.split(':');
      const way = told('client.channel', CHANNELS, channel);
      const label = `${told('report.message', MESSAGES, kind)}, ${way}`;
      return { label, count, figure: `message:${name}` };
    }),
    suppressed: report.suppressed.map(({ name, count }) => ({
      label: told('report.suppressed', SUPPRESSED, name),
      count,
      figure: `suppressed:${name}`,
    })),
  };
}
