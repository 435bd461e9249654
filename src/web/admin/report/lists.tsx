/** What needs the lead now: the lists of open tickets, each with a pause in place. */
import { useState } from 'preact/hooks';
import type { LeadList, LeadLists, ListRow } from '../../../core/admin/report-state.ts';
import { Disclosure, Group, Skeleton } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Badge, Notice } from '../../shared/ui/notice.tsx';
import { HoldForm } from './hold-form.tsx';
import type { FilteredScope } from './scope.ts';
import { TicketLink } from './ticket-link.tsx';
import { TroubleNotice } from './trouble.tsx';
import type { EndHold } from './use-end-hold.ts';
import { useEndHold } from './use-end-hold.ts';
import { useLoad } from './use-load.ts';

const FEW = 10;

export function Lists(scope: FilteredScope) {
  const { api, say, filter } = scope;
  const pipeline = filter.pipeline === null ? '' : `?pipeline=${filter.pipeline}`;
  const { value, busy, trouble, reload } = useLoad<{ lists: LeadLists }>(
    api,
    `/api/report/lists${pipeline}`,
  );
  const [done, tell] = useState('');
  const held = (message: string): void => {
    tell(message);
    reload();
  };
  return (
    <Group
      title={say('lists')}
      hint={say('lists.hint')}
      side={
        <Button kind="link" busy={busy && value !== null && say('updating')} onPress={reload}>
          {say('reload')}
        </Button>
      }
    >
      <div role="status">{done !== '' && <Notice tone="good">{done}</Notice>}</div>
      {trouble && <TroubleNotice trouble={trouble} say={say} retry={reload} />}
      {value === null && busy && <Skeleton label={say('lists.loading')} />}
      {value !== null && <AllLists {...scope} {...value.lists} held={held} />}
    </Group>
  );
}

type Held = (message: string) => void;

function AllLists({
  lists,
  observed,
  held,
  ...scope
}: FilteredScope & LeadLists & { readonly held: Held }) {
  const { say } = scope;
  const filled = lists.filter(({ rows }) => rows.length > 0);
  return (
    <>
      {observed.length > 0 && (
        <p class="soft">{say('lists.observe', { pipelines: observed.join(', ') })}</p>
      )}
      {filled.length === 0 && <p class="soft none">{say('lists.all-none')}</p>}
      {filled.map((list) => (
        <OneList key={list.name} list={list} alone={filled.length === 1} held={held} {...scope} />
      ))}
    </>
  );
}

interface OneListProps extends FilteredScope {
  readonly list: LeadList;
  readonly alone: boolean;
  readonly held: Held;
}

function OneList({ list, alone, held, ...scope }: OneListProps) {
  const [all, showAll] = useState(false);
  const { title, rows, name } = list;
  const shown = all ? rows : rows.slice(0, FEW);
  return (
    <Disclosure
      // Who only waits needs nothing yet.
      open={alone || name !== 'waiting'}
      title={
        <>
          {title} <Badge tone={name === 'waiting' ? 'plain' : 'wait'}>{String(rows.length)}</Badge>
        </>
      }
    >
      <ul class="tickets">
        {shown.map((row) => (
          <Row key={row.ticket.key} row={row} held={held} {...scope} />
        ))}
      </ul>
      {rows.length > shown.length && (
        <Button kind="link" onPress={() => showAll(true)}>
          {scope.say('lists.more', { count: rows.length })}
        </Button>
      )}
    </Disclosure>
  );
}

interface RowProps extends FilteredScope {
  readonly row: ListRow;
  readonly held: Held;
}

function Row({ row, held: tell, ...scope }: RowProps) {
  const [open, setOpen] = useState(false);
  const { say, bridge } = scope;
  const { ticket, title, assignee, note } = row;
  const ending = useEndHold(scope.api, ticket, tell);
  return (
    <li>
      <div class="ticket">
        <span class="ticket-what">
          <TicketLink ticket={ticket} title={title} say={say} bridge={bridge} />
          <span class="soft ticket-note">
            {assignee === '' ? say('lists.nobody') : assignee} · {note}
          </span>
        </span>
        <RowButtons {...{ say, row, ending, open }} toggle={() => setOpen(!open)} />
      </div>
      {ending.trouble && <TroubleNotice trouble={ending.trouble} say={say} retry={ending.end} />}
      {open && (
        <HoldForm
          {...scope}
          ticket={ticket}
          close={() => setOpen(false)}
          held={(message) => {
            setOpen(false);
            tell(message);
          }}
        />
      )}
    </li>
  );
}

interface RowButtonsProps extends Pick<RowProps, 'say' | 'row'> {
  readonly ending: EndHold;
  readonly open: boolean;
  readonly toggle: () => void;
}

/** A pause, or its end and another end of it. */
function RowButtons({ say, row, ending, open, toggle }: RowButtonsProps) {
  const { number } = row.ticket;
  if (!row.mayHold) return null;
  return (
    <Buttons>
      {row.held && (
        <Button
          label={say('hold.off.of', { number })}
          busy={ending.busy && say('hold.off.busy')}
          onPress={ending.end}
        >
          {say('hold.off')}
        </Button>
      )}
      <Button
        expanded={open}
        label={say(row.held ? 'hold.change.of' : 'hold.of', { number })}
        onPress={toggle}
      >
        {say(row.held ? 'hold.change' : 'hold')}
      </Button>
    </Buttons>
  );
}
