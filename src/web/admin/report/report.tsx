/** The lead's report: figures of a time, and what needs attention now. Each part waits for nothing but its own answer. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ReportState } from '../../../core/admin/report-state.ts';
import { Skeleton } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { ReportFilter } from '../../../core/report/figures.ts';
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

interface Chosen {
  readonly period: Period;
  readonly filter: ReportFilter;
}

export function Report({ api, bridge, format, language }: AdminScope) {
  const scope: ReportScope = useMemo(() => {
    const [say, days] = [createReportSay(language), createDayText(language)];
    return { api, bridge, format, say, days };
  }, []);
  const ofPeriod = (period: Period) => daysOfPeriod(period, format.isoDay(Date.now()));
  const [{ filter, period }, choose] = useState<Chosen>(() => ({
    period: '30',
    filter: { ...ofPeriod('30'), pipeline: null, agent: null },
  }));
  const loaded = useReport(api, filter);
  const { report, trouble } = loaded;
  // Nothing of the page is for this reader.
  if (report === null && trouble?.kind === 'refused') {
    return <TroubleNotice trouble={trouble} say={scope.say} retry={loaded.reload} />;
  }
  return (
    <div class="report">
      <Filters
        {...scope}
        filter={filter}
        period={period}
        choices={report?.choices ?? null}
        choose={(next, of) => choose({ filter: next, period: of })}
      />
      <Shown
        {...scope}
        {...loaded}
        longer={() => choose({ filter: { ...filter, ...ofPeriod('90') }, period: '90' })}
      />
      <Lists key={filter.pipeline} {...scope} filter={filter} />
      <Typical key={`typical ${filter.pipeline}`} {...scope} filter={filter} />
    </div>
  );
}

/** Names that came too late are asked for again, without anybody waiting. */
function useReport(api: AdminScope['api'], filter: ReportFilter) {
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
  return { report, busy, trouble, reload };
}

interface ShownProps extends ReportScope, ReturnType<typeof useReport> {
  readonly longer: () => void;
}

function Shown({ report, busy, trouble, reload, longer, ...scope }: ShownProps) {
  const { say } = scope;
  return (
    <>
      {trouble && <TroubleNotice trouble={trouble} say={say} retry={reload} />}
      <p class="unseen" role="status">
        {busy && say('updating')}
      </p>
      {report === null && busy && <Skeleton label={say('loading')} rows={8} />}
      {report !== null && (
        <div class={busy ? 'stale' : undefined} aria-busy={busy}>
          {report.empty ? (
            <Empty {...scope} filter={report.filter} longer={longer} />
          ) : (
            <Figures {...scope} filter={report.filter} report={report} />
          )}
        </div>
      )}
    </>
  );
}

function Empty({ say, days, filter, longer }: FilteredScope & { readonly longer: () => void }) {
  return (
    <section class="group empty">
      <h2>{say('empty')}</h2>
      <p class="soft">{days.span(filter)}</p>
      <p class="soft">{say('empty.hint')}</p>
      <Buttons>
        <Button onPress={longer}>{say('empty.longer')}</Button>
      </Buttons>
    </section>
  );
}

interface FiguresProps extends FilteredScope {
  readonly report: ReportState;
}

function Figures({ report, ...scope }: FiguresProps) {
  const { say, days, filter } = scope;
  const spans = { span: days.span(filter), before: days.span(report.previous) };
  return (
    <>
      <p class="soft period">{say('period.shown', spans)}</p>
      {filter.agent !== null && <p class="soft period">{say('agent.of')}</p>}
      {filter.agent !== null && report.agentsPartly && (
        <Notice tone="wait">{say('agents-partly')}</Notice>
      )}
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
        <div>
          <Course report={report} {...scope} />
          <Rows
            title={say('answers')}
            rows={report.answers}
            none={say('answers.none')}
            whole
            {...scope}
          />
        </div>
      </div>
      <Agents rows={report.agents} partly={report.agentsPartly} {...scope} />
      <div class="pair">
        <Closings report={report} {...scope} />
        <Quality report={report} {...scope} />
      </div>
    </>
  );
}

function Closings({ report, ...scope }: FiguresProps) {
  const { say } = scope;
  const none = say('classes.none');
  return (
    <div>
      <Rows title={say('classes')} rows={report.classes} none={none} whole {...scope} />
      <Rows title={say('closed-by')} rows={report.closedBy} none={none} whole {...scope} />
      <Rows title={say('outcomes')} rows={report.outcomes} none={none} {...scope} />
      <Clocks clocks={report.clocks} {...scope} />
    </div>
  );
}
