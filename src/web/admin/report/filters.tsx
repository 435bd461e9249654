/** Which time, pipeline and agent the report is of; own dates are taken with a button, so that half a date asks for nothing. */
import { useState } from 'preact/hooks';
import type { ReportChoices } from '../../../core/admin/report-state.ts';
import type { ReportFilter } from '../../../core/report/figures.ts';
import { Button } from '../../shared/ui/button.tsx';
import { DateInput, Select } from '../../shared/ui/inputs.tsx';
import { saveFile } from '../../shared/save-file.ts';
import type { Days, Period } from './days.ts';
import { daysOfPeriod, daysWrong, PERIODS } from './days.ts';
import { queryOf } from './query.ts';
import type { ReportScope } from './scope.ts';
import { TroubleNotice } from './trouble.tsx';
import type { Trouble } from './use-load.ts';
import { troubleOf } from './use-load.ts';

interface FiltersProps extends ReportScope {
  readonly filter: ReportFilter;
  readonly period: Period;
  /** null until the first report is there. */
  readonly choices: ReportChoices | null;
  readonly choose: (filter: ReportFilter, period: Period) => void;
}

export function Filters(props: FiltersProps) {
  const { say, format, filter, period, choices, choose } = props;
  const byPeriod = (next: Period): void =>
    choose({ ...filter, ...daysOfPeriod(next, format.isoDay(Date.now())) }, next);
  const pipelines = choices?.pipelines ?? [];
  return (
    <section class="filters" aria-label={say('filters')}>
      <Select
        id="report-period"
        label={say('period')}
        value={period}
        choices={PERIODS.map((value) => ({ value, label: say(`period.${value}`) }))}
        onValue={byPeriod}
      />
      {period === 'own' && <OwnDays {...props} key={`${filter.from} ${filter.to}`} />}
      <Select
        id="report-pipeline"
        label={say('pipeline')}
        value={filter.pipeline ?? ''}
        choices={[
          { value: '', label: say('pipeline.all') },
          ...pipelines.map(({ key, name }) => ({ value: key, label: name })),
        ]}
        onValue={(key) => choose({ ...filter, pipeline: key === '' ? null : key }, period)}
      />
      <Select
        id="report-agent"
        label={say('agent')}
        value={String(filter.agent ?? '')}
        choices={[
          { value: '', label: say('agent.all') },
          ...agentsWith(filter.agent, choices).map(({ id, name }) => ({
            value: String(id),
            label: name,
          })),
        ]}
        onValue={(id) => choose({ ...filter, agent: id === '' ? null : Number(id) }, period)}
      />
      <Csv {...props} />
    </section>
  );
}

/** The one who is chosen stays a choice, also in a time without a line of theirs. */
function agentsWith(chosen: number | null, choices: ReportChoices | null): ReportChoices['agents'] {
  const agents = choices?.agents ?? [];
  if (chosen === null || agents.some(({ id }) => id === chosen)) return agents;
  return [...agents, { id: chosen, name: String(chosen) }];
}

function OwnDays({ say, filter, period, choose }: FiltersProps) {
  const [days, set] = useState<Days>({ from: filter.from, to: filter.to });
  const [wrong, tell] = useState<ReturnType<typeof daysWrong>>(null);
  const take = (): void => {
    const found = daysWrong(days);
    tell(found);
    if (found === null) choose({ ...filter, ...days }, period);
  };
  return (
    <form
      class="own-days"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <DateInput
        id="report-from"
        label={say('from')}
        value={days.from}
        onValue={(from) => set({ ...days, from })}
      />
      <DateInput
        id="report-to"
        label={say('to')}
        value={days.to}
        error={wrong === null ? undefined : say(wrong)}
        onValue={(to) => set({ ...days, to })}
      />
      <Button type="submit">{say('show')}</Button>
    </form>
  );
}

function Csv({ api, say, filter }: FiltersProps) {
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState('');
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const download = async (): Promise<void> => {
    setBusy(true);
    setSaved('');
    const answer = await api.file(`/api/report/csv?${queryOf(filter)}`);
    setBusy(false);
    setTrouble(troubleOf(answer));
    if (answer.kind !== 'ok') return;
    const name = `closegate-${filter.from}-${filter.to}.csv`;
    saveFile(answer.value, name);
    setSaved(say('csv.done', { name }));
  };
  return (
    <div class="csv">
      <Button busy={busy && say('csv.busy')} onPress={() => void download()}>
        {say('csv')}
      </Button>
      <span role="status" class="soft">
        {saved}
      </span>
      {trouble && <TroubleNotice trouble={trouble} say={say} retry={() => void download()} />}
    </div>
  );
}
