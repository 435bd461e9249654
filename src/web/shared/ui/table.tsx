/** A real table; on a narrow screen it scrolls by itself, with the keyboard too. */
import type { ComponentChildren } from 'preact';

export interface Column<T> {
  readonly id: string;
  readonly title: string;
  readonly numeric?: boolean;
  /** Names its row: read out with every cell of it. */
  readonly heads?: boolean;
  readonly cell: (row: T) => ComponentChildren;
}

interface TableProps<T> {
  readonly caption: string;
  /** The caption is read out only: a heading above says the same. */
  readonly quiet?: boolean;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
  /** Stands instead of rows. */
  readonly empty?: string;
}

export function Table<T>({ caption, quiet, columns, rows, keyOf, empty }: TableProps<T>) {
  return (
    <div class="table" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption class={quiet === true ? 'unseen' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ id, title, numeric }) => (
              <th key={id} scope="col" class={numeric === true ? 'num' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <Cell key={column.id} column={column} row={row} />
              ))}
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td class="soft" colSpan={columns.length}>
                {empty}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

export function Cell<T>({ column, row }: { readonly column: Column<T>; readonly row: T }) {
  const kind = column.numeric === true ? 'num' : undefined;
  return column.heads === true ? (
    <th scope="row" class={kind}>
      {column.cell(row)}
    </th>
  ) : (
    <td class={kind}>{column.cell(row)}</td>
  );
}
