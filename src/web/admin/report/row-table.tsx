/** Rows of a picture as a table: the same labels and numbers, each number opening its tickets. */
import type { ReportRow } from '../../../core/admin/report-state.ts';
import { Table } from '../../shared/ui/table.tsx';
import { FigureNumber } from './figure-number.tsx';
import type { FilteredScope } from './scope.ts';
import type { OpenFigure } from './wanted-figure.ts';

interface RowTableProps extends Pick<FilteredScope, 'say' | 'format'> {
  readonly caption: string;
  readonly rows: readonly ReportRow[];
  readonly open: OpenFigure;
  /** Shares of their sum; absent where rows overlap. */
  readonly shares?: boolean;
}

export function RowTable({ caption, rows, open, say, format, shares }: RowTableProps) {
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  return (
    <Table
      caption={caption}
      quiet
      rows={rows}
      keyOf={({ figure }) => figure}
      columns={[
        { id: 'what', title: say('column.what'), heads: true, cell: ({ label }) => label },
        {
          id: 'count',
          title: say('column.count'),
          numeric: true,
          cell: ({ label, count, figure }) => (
            <FigureNumber {...{ say, format, open, count }} wanted={{ figure, label }} />
          ),
        },
        ...(shares === true
          ? [
              {
                id: 'share',
                title: say('column.share'),
                numeric: true,
                cell: ({ count }: ReportRow) => format.share(total === 0 ? 0 : count / total),
              },
            ]
          : []),
      ]}
    />
  );
}
