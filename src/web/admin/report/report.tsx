/** The lead's report: figures of a time, and what needs attention now. Each part waits for nothing but its own answer. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ReportState } from '../../../core/admin/report-state.ts';
import { Skeleton } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import type { AdminScope } from '../scope.ts';
import { Agents } from './agents.tsx';
import { Clocks } from './clocks.tsx';
import type { Period } from './days.ts';
import { createDayText, daysOfPeriod } from './days.ts';
import { Filters } from './filters.tsx';
import { Headlines } from './headlines.tsx';
import { Lists } from './lists.tsx';
import { Course, Rows } from './pictures.tsx';
import { Quality } from './quality.tsx';
import { queryOf } from './query.ts';
import './report.css';
import type { FilteredScope, ReportScope } from './scope.ts';
import { TroubleNotice } from './trouble.tsx';
import { Typical } from './typical.tsx';
import { useLoad } from './use-load.ts';
import { createReportSay } from './words.ts';

const NAMES_AGAIN_MS = 4000;

export function Report({ api, bridge, format, language }: AdminScope) {
  const scope: ReportScope = useMemo(
    () => ({
      api,
      bridge,
      format,
      say: createReportSay(language),
      days: createDayText(language),
    }),
    [],
  );
  const { say } = scope;
  const [chosen, choose] = useState({
    period: '30' as Period,
    filter: {
      ...daysOfPeriod('30', format.isoDay(Date.now())),
      pipeline: null as string | null,
      agent: null as number | null,
    },
  });
  const { filter, period } = chosen;
  const { value, busy, trouble, reload } = useLoad<{ report: ReportState }>(
    api,
    `/api/report?${queryOf(filter)}`,
  );
  const report = value?.report ?? null;
  useEffect(() => {
    if (report?.namesLate !== true || busy) return undefined;
    const timer = setTimeout(reload, NAMES_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [report, busy]);
  // Lists by a filter that was not answered for would be refused alike.
  const denied = report === null && trouble?.kind === 'refused';
  const all: FilteredScope = { ...scope, filter };
  return (
    <div class="report">
      {!denied && (
        <Filters
          {...scope}
          filter={filter}
          period={period}
          choices={report?.choices ?? null}
          choose={(next, of) => choose({ filter: next, period: of })}
        />
      )}
      {trouble && <TroubleNotice trouble={trouble} say={say} retry={reload} />}
      <p class="unseen" role="status">
        {busy && say('updating')}
      </p>
      {report === null && busy && <Skeleton label={say('loading')} rows={8} />}
      {report !== null && (
        <div class={busy ? 'stale' : undefined} aria-busy={busy}>
          <Figures
            report={report}
            longer={() =>
              choose({
                filter: { ...filter, ...daysOfPeriod('90', format.isoDay(Date.now())) },
                period: '90',
              })
            }
            {...scope}
            filter={report.filter}
          />
        </div>
      )}
      {!denied && <Lists key={filter.pipeline} {...all} />}
      {!denied && <Typical key={`typical ${filter.pipeline}`} {...all} />}
    </div>
  );
}

interface FiguresProps extends FilteredScope {
  readonly report: ReportState;
  readonly longer: () => void;
}

function Figures({ report, longer, ...scope }: FiguresProps) {
  const { say, days, filter } = scope;
  const text = { from: days.long(filter.from), to: days.long(filter.to) };
  const before = {
    from: days.long(report.previous.from),
    to: days.long(report.previous.to),
  };
  if (report.empty) {
    return (
      <section class="group empty">
        <h2>{say('empty')}</h2>
        <p class="soft">{say('period.shown', text)}</p>
        <p class="soft">{say('empty.hint')}</p>
        <Buttons>
          <Button onPress={longer}>{say('empty.longer')}</Button>
        </Buttons>
      </section>
    );
  }
  return (
    <>
      <p class="soft period">
        {say('period.shown', text)}. {say('compared', before)}.
        {filter.agent !== null && ` ${say('agent.of')}`}
      </p>
      {filter.agent !== null && report.agentsPartly && <p class="soft">{say('agents-partly')}</p>}
      <Headlines report={report} {...scope} />
      <div class="pair">
        <Rows
          title={say('reasons')}
          hint={say('reasons.hint')}
          rows={report.reasons}
          none={say('reasons.none')}
          tone="bad"
          {...scope}
        />
        <Course report={report} {...scope} />
      </div>
      <div class="pair">
        <Rows
          title={say('classes')}
          rows={report.classes}
          none={say('classes.none')}
          whole
          {...scope}
        />
        <Rows
          title={say('answers')}
          rows={report.answers}
          none={say('answers.none')}
          whole
          {...scope}
        />
      </div>
      <Agents rows={report.agents} partly={report.agentsPartly} {...scope} />
      <div class="pair">
        <Clocks clocks={report.clocks} {...scope} />
        <Rows
          title={say('outcomes')}
          rows={report.outcomes}
          none={say('classes.none')}
          {...scope}
        />
      </div>
      <Quality report={report} {...scope} />
    </>
  );
}
