/** The self-check: runs it, shows what it found by weight, asks what no method of the portal tells. */
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import type { DoctorLevel } from '../../../core/admin/doctor-state.ts';
import { worstLevel } from '../../../core/admin/doctor-state.ts';
import { Group, Skeleton } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import type { Tone } from '../../shared/ui/notice.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { AdminScope } from '../scope.ts';
import { TroubleNotice } from '../settings/trouble-notice.tsx';
import { DoctorFindings } from './doctor-findings.tsx';
import type { OnFix } from './doctor-findings.tsx';
import { DoctorQuestions } from './doctor-questions.tsx';
import type { Progress } from './doctor-store.ts';
import { DoctorStore } from './doctor-store.ts';

export const VERDICT_TONES: Readonly<Record<DoctorLevel, Tone>> = {
  ok: 'good',
  warn: 'wait',
  fail: 'bad',
};

export function DoctorTab({
  scope,
  onFix,
}: {
  readonly scope: AdminScope;
  /** Leads to a setting; absent: there is none on this page. */
  readonly onFix?: OnFix;
}) {
  const { say } = scope;
  const store = useDoctor(scope);
  const { parts, running } = store;
  return (
    <>
      <Group title={say('doctor.title')} hint={say('doctor.hint')}>
        <Buttons>
          <Button
            id="doctor-run"
            kind="primary"
            busy={running !== null && say('doctor.running')}
            onPress={() => void store.run(false)}
          >
            {say('doctor.run')}
          </Button>
          <Button
            id="doctor-run-events"
            busy={running !== null && say('doctor.run.events')}
            onPress={() => void store.run(true)}
          >
            {say('doctor.run.events')}
          </Button>
        </Buttons>
        <p class="hint">{say('doctor.run.events.hint')}</p>
        <RunProgress say={say} running={running} />
        {running === null && <Verdict scope={scope} store={store} />}
      </Group>
      <TroubleNotice say={say} trouble={store.trouble} />
      {parts === null ? (
        store.trouble === null && <Skeleton label={say('state.loading')} rows={6} />
      ) : (
        <>
          <DoctorFindings say={say} parts={parts} onFix={onFix} />
          <DoctorQuestions scope={scope} store={store} />
        </>
      )}
    </>
  );
}

function Verdict({
  scope: { say, format },
  store: { findings, lastRun },
}: {
  readonly scope: AdminScope;
  readonly store: DoctorStore;
}) {
  if (lastRun === null) return null;
  const worst = worstLevel(findings);
  const count = findings.filter(({ level }) => level === worst).length;
  return (
    <>
      <p class="hint">{say('doctor.last', { when: format.moment(lastRun) })}</p>
      <Notice tone={VERDICT_TONES[worst]} live="status">
        <p>{say(`doctor.verdict.${worst}`, { count })}</p>
      </Notice>
    </>
  );
}

/** A store of the page that draws itself again whenever it changes. */
export function useDoctor({ api }: Pick<AdminScope, 'api'>): DoctorStore {
  const store = useMemo(() => new DoctorStore(api), []);
  const [, redraw] = useReducer<number, null>((count) => count + 1, 0);
  useEffect(() => {
    store.changed = () => redraw(null);
    void store.load();
  }, []);
  return store;
}

export function RunProgress({
  say,
  running,
}: {
  readonly say: AdminScope['say'];
  readonly running: Progress | null;
}) {
  return (
    <div class="run-progress" role="status">
      {running !== null && (
        <>
          <label for="doctor-progress">
            {say('doctor.progress', {
              name: running.name,
              done: running.done + 1,
              total: running.total,
            })}
          </label>
          <progress id="doctor-progress" max={running.total} value={running.done} />
        </>
      )}
    </div>
  );
}
