/** The tickets behind a figure: the journal's own lines, newest first, as many as the figure says. */
import { useEffect, useState } from 'preact/hooks';
import type { FigureLine, FigurePart } from '../../../core/admin/report-state.ts';
import { InlinePanel } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Table } from '../../shared/ui/table.tsx';
import type { FilteredScope } from './scope.ts';
import { TicketLink } from './ticket-link.tsx';
import { TroubleNotice } from './trouble.tsx';
import type { Trouble } from './use-load.ts';
import { troubleOf } from './use-load.ts';
import type { WantedFigure } from './wanted-figure.ts';
import { queryOf } from './query.ts';

interface FigureListProps extends FilteredScope {
  readonly wanted: WantedFigure;
  readonly close: () => void;
}

interface Found {
  readonly lines: readonly FigureLine[];
  readonly total: number | null;
  readonly next: string;
  readonly looked: number;
  readonly journal: number;
  readonly busy: boolean;
  readonly trouble: Trouble | null;
}

const NOTHING: Found = {
  lines: [],
  total: null,
  next: '',
  looked: 0,
  journal: 0,
  busy: true,
  trouble: null,
};

export function FigureList({ wanted, close, ...scope }: FigureListProps) {
  const { say } = scope;
  const { found, more } = useLines(wanted, scope);
  const { lines, total, busy } = found;
  const counts = { shown: lines.length, total: total ?? 0 };
  return (
    <InlinePanel label={say('list.of', { label: wanted.label })} close={close}>
      <div class="list-head">
        <h3>{say('list.of', { label: wanted.label })}</h3>
        <Button onPress={close}>{say('list.close')}</Button>
      </div>
      <p role="status" class="soft">
        {total !== null && say('list.found', counts)}
        {busy && <Looking found={found} say={say} />}
      </p>
      {lines.length > 0 && <Lines lines={lines} {...scope} label={wanted.label} />}
      {!busy && <Foot found={found} say={say} more={more} />}
    </InlinePanel>
  );
}

/** What is left to do: more of them, an end that came too early, or something that went wrong. */
function Foot({
  found: { lines, total, next, trouble },
  say,
  more,
}: {
  readonly found: Found;
  readonly say: FilteredScope['say'];
  readonly more: () => void;
}) {
  if (trouble) return <TroubleNotice trouble={trouble} say={say} retry={more} />;
  if (next !== '') {
    return (
      <Buttons>
        <Button onPress={more}>{say('list.more')}</Button>
      </Buttons>
    );
  }
  const counts = { shown: lines.length, total: total ?? 0 };
  return counts.shown < counts.total ? <p class="soft">{say('list.short', counts)}</p> : null;
}

/** A long search goes on by itself until it has found something, and says how far it is. */
function useLines(wanted: WantedFigure, { api, filter }: FilteredScope) {
  const [found, set] = useState<Found>(NOTHING);
  const [asked, ask] = useState(1);
  useEffect(() => {
    let alive = true;
    const { from = filter.from, to = filter.to, agent = filter.agent } = wanted;
    const read = async (before: Found): Promise<void> => {
      set({ ...before, busy: true, trouble: null });
      const query = queryOf(
        { ...filter, from, to, agent },
        { figure: wanted.figure, after: before.next },
      );
      const answer = await api.call<{ part: FigurePart }>(`/api/report/tickets?${query}`);
      if (!alive) return;
      if (answer.kind !== 'ok') {
        set({ ...before, busy: false, trouble: troubleOf(answer) });
        return;
      }
      const { part } = answer.value;
      const now: Found = {
        lines: [...before.lines, ...part.lines],
        total: part.total,
        next: part.next,
        looked: before.looked + part.looked,
        journal: part.journal,
        busy: false,
        trouble: null,
      };
      if (part.lines.length === 0 && part.next !== '') return read(now);
      set(now);
    };
    void read(found);
    return () => {
      alive = false;
    };
  }, [asked]);
  return { found, more: () => ask((count) => count + 1) };
}

function Looking({ found, say }: { readonly found: Found; readonly say: FilteredScope['say'] }) {
  const { looked, journal } = found;
  if (journal === 0) return <> {say('state.loading')}</>;
  return (
    <>
      {' '}
      {say('list.looking', { looked, journal })} <progress value={looked} max={journal} />
    </>
  );
}

function Lines({
  lines,
  label,
  say,
  format,
  bridge,
}: Pick<FilteredScope, 'say' | 'format' | 'bridge'> & {
  readonly lines: readonly FigureLine[];
  readonly label: string;
}) {
  return (
    <Table
      caption={say('list.rows', { label })}
      quiet
      rows={lines.map((line, at) => ({ ...line, id: at }))}
      keyOf={({ id }) => id}
      columns={[
        {
          id: 'ticket',
          title: say('column.ticket'),
          heads: true,
          cell: ({ ticket, title }) =>
            ticket === null ? (
              <span class="soft">{say('list.erased')}</span>
            ) : (
              <TicketLink ticket={ticket} title={title} say={say} bridge={bridge} />
            ),
        },
        {
          id: 'at',
          title: say('column.when'),
          cell: ({ at }) => <time dateTime={new Date(at).toISOString()}>{format.moment(at)}</time>,
        },
        { id: 'what', title: say('column.event'), cell: ({ what }) => what },
      ]}
    />
  );
}
