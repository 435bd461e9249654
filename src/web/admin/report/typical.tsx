/** Problems that are solved again and again without an article. Read on demand: it compares the texts of a month. */
import { useState } from 'preact/hooks';
import type { TypicalRow } from '../../../core/admin/report-state.ts';
import { Group, Skeleton } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import type { FilteredScope } from './scope.ts';
import { TicketLink } from './ticket-link.tsx';
import { TroubleNotice } from './trouble.tsx';
import { useLoad } from './use-load.ts';

export function Typical({ api, say, bridge, filter }: FilteredScope) {
  const [asked, ask] = useState(false);
  const pipeline = filter.pipeline === null ? '' : `?pipeline=${filter.pipeline}`;
  const { value, busy, trouble, reload } = useLoad<{ typical: readonly TypicalRow[] }>(
    api,
    asked ? `/api/report/typical${pipeline}` : null,
  );
  return (
    <Group title={say('typical')} hint={say('typical.hint')}>
      {!asked && (
        <Buttons>
          <Button onPress={() => ask(true)}>{say('typical.load')}</Button>
        </Buttons>
      )}
      {asked && busy && value === null && <Skeleton label={say('typical.loading')} />}
      {trouble && <TroubleNotice trouble={trouble} say={say} retry={reload} />}
      {value !== null && value.typical.length === 0 && (
        <p class="soft none" role="status">
          {say('typical.none')}
        </p>
      )}
      <ul class="tickets">
        {value?.typical.map(({ title, count, pipeline: of, tickets }) => (
          <li key={`${of} ${tickets[0]?.key}`}>
            <strong>{title === '' ? say('typical.unseen') : title}</strong>{' '}
            <span class="soft">
              {say('typical.count', { count })} · {of}
            </span>
            <p class="numbers">
              {tickets.map((ticket) => (
                <TicketLink
                  key={ticket.key}
                  ticket={ticket}
                  title={null}
                  say={say}
                  bridge={bridge}
                />
              ))}
            </p>
          </li>
        ))}
      </ul>
    </Group>
  );
}
