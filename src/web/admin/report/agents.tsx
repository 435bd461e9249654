/** Agents side by side; every column orders the table, every number opens its tickets. */
import type { AgentRow } from '../../../core/admin/report-state.ts';
import { Group } from '../../shared/ui/boxes.tsx';
import { Badge } from '../../shared/ui/notice.tsx';
import type { SortColumn } from '../../shared/ui/sort-table.tsx';
import { SortTable } from '../../shared/ui/sort-table.tsx';
import { FigureNumber } from './figure-number.tsx';
import type { FilteredScope } from './scope.ts';
import type { OpenFigure } from './wanted-figure.ts';
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
  const { say } = scope;
  const name: AgentColumn = {
    id: 'agent',
    title: say('column.agent'),
    heads: true,
    by: (row) => row.name,
    cell: ({ name: shown, farAbove }) => (
      <>
        {shown} {farAbove && <Badge tone="wait">{say('agents.above')}</Badge>}
      </>
    ),
  };
  return [name, ...NUMBERS.map((number) => numberColumn(number, scope, open))];
}

interface NumberColumn {
  readonly title: ReportWord;
  readonly figure: string;
  /** 0: nothing to open. */
  readonly count: (row: AgentRow) => number;
  /** What it is ordered by and told as, where that is not the count; null: nothing to measure. */
  readonly value?: (row: AgentRow) => number | null;
  readonly as?: 'share' | 'length';
}

const share = (part: number, of: number): number | null => (of === 0 ? null : part / of);

const NUMBERS: readonly NumberColumn[] = [
  { title: 'column.closed', figure: 'kind:closed', count: ({ closed }) => closed },
  { title: 'column.returns', figure: 'refused', count: ({ refused }) => refused },
  {
    title: 'column.confirmed',
    figure: 'class:confirmed',
    count: ({ confirmed }) => confirmed,
    value: ({ confirmed, asked }) => share(confirmed, asked),
    as: 'share',
  },
  {
    title: 'column.by-agent',
    figure: 'class:by-agent',
    count: ({ byAgent }) => byAgent,
    value: ({ byAgent, asked }) => share(byAgent, asked),
    as: 'share',
  },
  {
    title: 'column.answer',
    figure: 'time:toAnswer:*',
    count: ({ answerMinutes }) => (answerMinutes === null ? 0 : 1),
    value: ({ answerMinutes }) => answerMinutes,
    as: 'length',
  },
  {
    title: 'column.reopened',
    figure: 'kind:reopened',
    count: ({ reopened }) => reopened,
    value: ({ reopened, closed }) => share(reopened, closed),
    as: 'share',
  },
];

function numberColumn(
  { title, figure, count, value = count, as }: NumberColumn,
  { say, format, days }: FilteredScope,
  open: OpenFigure,
): AgentColumn {
  const textOf = (row: AgentRow): string => {
    const measured = value(row);
    if (measured === null) return count(row) === 0 ? '—' : format.number(count(row));
    if (as === 'length') return days.length(measured);
    return as === 'share' ? format.share(measured) : format.number(measured);
  };
  return {
    id: title,
    title: say(title),
    numeric: true,
    by: value,
    cell: (row) => (
      <FigureNumber
        {...{ say, format, open }}
        count={count(row)}
        text={textOf(row)}
        wanted={{ figure, agent: row.id, label: `${say(title)}, ${row.name}` }}
      />
    ),
  };
}
