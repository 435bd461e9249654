/** Agents side by side; every column orders the table, every number opens its tickets. */
import type { AgentRow } from '../../../core/admin/report-state.ts';
import { Group } from '../../shared/ui/boxes.tsx';
import { Badge } from '../../shared/ui/notice.tsx';
import type { SortColumn } from '../../shared/ui/sort-table.tsx';
import { SortTable } from '../../shared/ui/sort-table.tsx';
import { FigureNumber } from './figure-number.tsx';
import type { FilteredScope } from './scope.ts';
import type { OpenFigure } from './use-figure.tsx';
import { useFigure } from './use-figure.tsx';
import type { ReportWord } from './words.ts';

interface AgentsProps extends FilteredScope {
  readonly rows: readonly AgentRow[];
  /** Some lines are older than the count by agent. */
  readonly partly: boolean;
}

export function Agents({ rows, partly, ...scope }: AgentsProps) {
  const { say } = scope;
  const { open, list } = useFigure(scope);
  return (
    <Group title={say('agents')} hint={say('agents.hint')}>
      {partly && <p class="soft">{say('agents-partly')}</p>}
      {rows.length === 0 ? (
        <p class="soft none">{say('agents.none')}</p>
      ) : (
        <SortTable
          caption={say('agents')}
          rows={rows}
          keyOf={({ id }) => id}
          sortBy={(title) => say('sort', { title })}
          columns={columnsOf(scope, open)}
        />
      )}
      {list}
    </Group>
  );
}

type AgentColumn = SortColumn<AgentRow>;

function columnsOf(scope: FilteredScope, open: OpenFigure): readonly AgentColumn[] {
  const { say, format, days } = scope;
  const share = (part: number, of: number): number | null => (of === 0 ? null : part / of);
  const number = (
    id: string,
    { title, figure, count, value, text }: NumberColumn,
  ): AgentColumn => ({
    id,
    title: say(title),
    numeric: true,
    by: value ?? count,
    cell: (row) => (
      <FigureNumber
        {...{ say, format, open }}
        count={count(row)}
        {...(text && { text: text(row) })}
        wanted={{ figure, agent: row.id, label: `${say(title)}, ${row.name}` }}
      />
    ),
  });
  const shareText = (part: number, of: number): string => {
    const value = share(part, of);
    return value === null ? '—' : format.share(value);
  };
  return [
    {
      id: 'agent',
      title: say('column.agent'),
      heads: true,
      by: ({ name }) => name,
      cell: ({ name, farAbove }) => (
        <>
          {name} {farAbove && <Badge tone="wait">{say('agents.above')}</Badge>}
        </>
      ),
    },
    number('closed', {
      title: 'column.closed',
      figure: 'kind:closed',
      count: ({ closed }) => closed,
    }),
    number('returns', {
      title: 'column.returns',
      figure: 'refused',
      count: ({ refused }) => refused,
    }),
    number('confirmed', {
      title: 'column.confirmed',
      figure: 'class:confirmed',
      count: ({ confirmed }) => confirmed,
      value: ({ confirmed, asked }) => share(confirmed, asked),
      text: ({ confirmed, asked }) => shareText(confirmed, asked),
    }),
    number('by-agent', {
      title: 'column.by-agent',
      figure: 'class:by-agent',
      count: ({ byAgent }) => byAgent,
      value: ({ byAgent, asked }) => share(byAgent, asked),
      text: ({ byAgent, asked }) => shareText(byAgent, asked),
    }),
    number('answer', {
      title: 'column.answer',
      figure: 'time:toAnswer:*',
      count: ({ answerMinutes }) => (answerMinutes === null ? 0 : 1),
      value: ({ answerMinutes }) => answerMinutes,
      text: ({ answerMinutes }) => (answerMinutes === null ? '—' : days.length(answerMinutes)),
    }),
    number('reopened', {
      title: 'column.reopened',
      figure: 'kind:reopened',
      count: ({ reopened }) => reopened,
      value: ({ reopened, closed }) => share(reopened, closed),
      text: ({ reopened, closed }) =>
        closed === 0 ? String(reopened) : shareText(reopened, closed),
    }),
  ];
}

interface NumberColumn {
  readonly title: ReportWord;
  readonly figure: string;
  /** 0: nothing to open. */
  readonly count: (row: AgentRow) => number;
  /** What it is ordered by, where that is not the count. */
  readonly value?: (row: AgentRow) => number | null;
  readonly text?: (row: AgentRow) => string;
}
