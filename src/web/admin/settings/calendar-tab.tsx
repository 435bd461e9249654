/** What waits are counted by: the portal's hours, and the days of this pipeline that differ. */
import { useState } from 'preact/hooks';
import type { CalendarException } from '../../../core/admin/settings-state.ts';
import { Group } from '../../shared/ui/boxes.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Below } from '../../shared/ui/field.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import { DateInput, Select } from '../../shared/ui/inputs.tsx';
import { Badge } from '../../shared/ui/notice.tsx';
import { Table } from '../../shared/ui/table.tsx';
import { clockWords, dateWords, weekdayWord } from './dates.ts';
import type { FormProps } from './form-props.ts';
import { idOf } from './places.ts';

export function CalendarTab(props: FormProps) {
  return (
    <>
      <Hours {...props} />
      <OwnDays {...props} />
      <Exceptions {...props} />
    </>
  );
}

function Hours({ scope: { say, language }, form }: FormProps) {
  const { calendar } = form.check;
  const off = calendar.weekDaysOff.map((day) => weekdayWord(language, day)).join(', ');
  const { timeZone } = form.policy;
  const zones = calendar.timeZones.includes(timeZone)
    ? calendar.timeZones
    : [timeZone, ...calendar.timeZones];
  return (
    <Group title={say('settings.hours')}>
      <p>
        {say(`settings.hours.${calendar.source}`, {
          from: clockWords(calendar.dayStart),
          to: clockWords(calendar.dayEnd),
          days: off === '' ? say('settings.hours.no-days') : off,
        })}
      </p>
      <Select
        id={idOf('timeZone')}
        label={say('settings.zone')}
        hint={say('settings.zone.hint')}
        error={form.errorAt('timeZone')}
        value={timeZone}
        choices={zones.map((zone) => ({ value: zone, label: zone }))}
        onValue={(zone) => form.change({ timeZone: zone })}
      />
    </Group>
  );
}

type Kind = 'off' | 'work';
const LISTS = { off: 'daysOff', work: 'workDays' } as const;

function OwnDays({ scope, form }: FormProps) {
  const { say } = scope;
  return (
    <Group title={say('settings.dates')} hint={say('settings.dates.hint')}>
      <div class="grid">
        <DayList scope={scope} form={form} kind="off" />
        <DayList scope={scope} form={form} kind="work" />
      </div>
      <NewDay scope={scope} form={form} />
    </Group>
  );
}

function DayList({ scope: { say, language }, form, kind }: FormProps & { readonly kind: Kind }) {
  const list = LISTS[kind];
  const days = form.policy[list];
  const drop = (gone: string): void => form.change({ [list]: days.filter((day) => day !== gone) });
  return (
    <div class="field" id={idOf(list)} tabIndex={-1}>
      <h3>{say(`settings.dates.${kind}`)}</h3>
      {days.length === 0 ? (
        <p class="soft">{say('settings.dates.none')}</p>
      ) : (
        <ul class="chips">
          {days.map((day) => (
            <li key={day} class="chip">
              {dateWords(language, day)}
              <button
                type="button"
                aria-label={say('settings.dates.drop', { date: dateWords(language, day) })}
                onClick={() => drop(day)}
              >
                <Icon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Below id={idOf(list)} error={form.errorAt(list)} />
    </div>
  );
}

function NewDay({ scope: { say }, form }: FormProps) {
  const [date, setDate] = useState('');
  const [kind, setKind] = useState<Kind>('off');
  const [empty, setEmpty] = useState(false);
  const add = (): void => {
    setEmpty(date === '');
    if (date === '') return;
    const { daysOff, workDays } = form.policy;
    const without = (days: readonly string[]) => days.filter((day) => day !== date);
    const withIt = (days: readonly string[]) => [...without(days), date].toSorted();
    form.change(
      kind === 'off'
        ? { daysOff: withIt(daysOff), workDays: without(workDays) }
        : { daysOff: without(daysOff), workDays: withIt(workDays) },
    );
    setDate('');
  };
  return (
    <form
      class="one-line"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <DateInput
        id="new-day"
        label={say('settings.dates.date')}
        error={empty ? say('settings.dates.empty') : undefined}
        value={date}
        onValue={setDate}
      />
      <Select
        id="new-day-kind"
        label={say('settings.dates.kind')}
        value={kind}
        choices={(['off', 'work'] as const).map((one) => ({
          value: one,
          label: say(`settings.dates.kind.${one}`),
        }))}
        onValue={setKind}
      />
      <Button type="submit">{say('settings.dates.add')}</Button>
    </form>
  );
}

const FIRST = 12;

function Exceptions({ scope: { say, language }, form }: FormProps) {
  const [all, setAll] = useState(false);
  const { exceptions } = form.check.calendar;
  const rows = all ? exceptions : exceptions.slice(0, FIRST);
  return (
    <Group title={say('settings.exceptions')}>
      <Table<CalendarException>
        caption={say('settings.exceptions')}
        quiet
        keyOf={({ date }) => date}
        rows={rows}
        empty={say('settings.exceptions.none')}
        columns={[
          {
            id: 'date',
            title: say('settings.exceptions.date'),
            heads: true,
            cell: ({ date }) => dateWords(language, date),
          },
          {
            id: 'kind',
            title: say('settings.exceptions.kind'),
            cell: ({ works }) => (
              <Badge tone={works ? 'good' : 'plain'}>
                {say(`settings.dates.kind.${works ? 'work' : 'off'}`)}
              </Badge>
            ),
          },
          {
            id: 'source',
            title: say('settings.exceptions.source'),
            cell: ({ source }) => say(`settings.source.${source}`),
          },
        ]}
      />
      {exceptions.length > FIRST && (
        <Button kind="link" expanded={all} onPress={() => setAll(!all)}>
          {all
            ? say('settings.exceptions.less')
            : say('settings.exceptions.more', { count: exceptions.length })}
        </Button>
      )}
    </Group>
  );
}
