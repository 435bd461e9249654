/** A table ordered by a press on a column's title; says so to screen readers, and starts with the order it was given. */
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { Cell } from './table.tsx';
import type { Column } from './table.tsx';

export interface SortColumn<T> extends Column<T> {
  /** What rows are ordered by; text by the alphabet, numbers the largest first; null last of all. */
  readonly by: (row: T) => string | number | null;
}

interface SortTableProps<T> {
  readonly caption: string;
  readonly columns: readonly SortColumn<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
  /** `Sort by: Closed` */
  readonly sortBy: (title: string) => string;
}

interface Order {
  readonly id: string;
  readonly down: boolean;
}

export function SortTable<T>({ caption, columns, rows, keyOf, sortBy }: SortTableProps<T>) {
  const [order, setOrder] = useState<Order | null>(null);
  const column = columns.find(({ id }) => id === order?.id);
  const sorted = column && order ? rows.toSorted(comparing(column, order.down)) : rows;
  const press = ({ id, numeric }: SortColumn<T>): void =>
    setOrder({ id, down: order?.id === id ? !order.down : numeric === true });
  return (
    <div class="table" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((one) => (
              <Head
                key={one.id}
                column={one}
                down={order?.id === one.id ? order.down : null}
                label={sortBy(one.title)}
                press={() => press(one)}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((one) => (
                <Cell key={one.id} column={one} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadProps<T> {
  readonly column: SortColumn<T>;
  /** null: the table is not ordered by this column. */
  readonly down: boolean | null;
  readonly label: string;
  readonly press: () => void;
}

function Head<T>({ column: { title, numeric }, down, label, press }: HeadProps<T>) {
  const order = down === null ? undefined : down ? 'descending' : 'ascending';
  return (
    <th scope="col" class={numeric === true ? 'num' : undefined} aria-sort={order}>
      <button type="button" class="sort" aria-label={label} onClick={press}>
        {title}
        {down !== null && <Icon name={down ? 'down' : 'up'} />}
      </button>
    </th>
  );
}

function comparing<T>({ by }: SortColumn<T>, down: boolean): (a: T, b: T) => number {
  const sign = down ? -1 : 1;
  return (one, other) => {
    const [a, b] = [by(one), by(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * String(a).localeCompare(String(b));
  };
}
