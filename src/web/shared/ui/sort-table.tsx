/** A table ordered by a press on a column's title; says so to screen readers, and starts with the order it was given. */
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
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
  const press = (pressed: SortColumn<T>): void => {
    const down = order?.id === pressed.id ? !order.down : pressed.numeric === true;
    setOrder({ id: pressed.id, down });
  };
  return (
    <div class="table" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((one) => (
              <th
                key={one.id}
                scope="col"
                class={one.numeric === true ? 'num' : undefined}
                aria-sort={
                  order?.id === one.id ? (order.down ? 'descending' : 'ascending') : undefined
                }
              >
                <button
                  type="button"
                  class="sort"
                  aria-label={sortBy(one.title)}
                  onClick={() => press(one)}
                >
                  {one.title}
                  {order?.id === one.id && <Icon name={order.down ? 'down' : 'up'} />}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ id, numeric, heads, cell }) =>
                heads === true ? (
                  <th key={id} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={id} class={numeric === true ? 'num' : undefined}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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
