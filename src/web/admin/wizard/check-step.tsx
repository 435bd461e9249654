import { useEffect } from 'preact/hooks';
import { worstLevel } from '../../../core/admin/doctor-state.ts';
import { Group } from '../../shared/ui/boxes.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { DoctorFindings } from '../doctor/doctor-findings.tsx';
import { DoctorQuestions } from '../doctor/doctor-questions.tsx';
import { RunProgress, useDoctor, VERDICT_TONES } from '../doctor/doctor-tab.tsx';
import type { AdminScope } from '../scope.ts';
import { TroubleNotice } from '../settings/trouble-notice.tsx';

/** The self-check by itself, reading only. What it finds can be mended later: the gate works already. */
export function CheckStep({ scope }: { readonly scope: AdminScope }) {
  const { say } = scope;
  const store = useDoctor(scope);
  useEffect(() => {
    void store.run(false);
  }, []);
  const { findings, running, parts } = store;
  const worst = worstLevel(findings);
  return (
    <>
      <Group title={say('doctor.title')}>
        <RunProgress say={say} running={running} />
        {running === null && findings.length > 0 && (
          <Notice tone={VERDICT_TONES[worst]} live="status">
            <p>
              {say(`doctor.verdict.${worst}`, {
                count: findings.filter(({ level }) => level === worst).length,
              })}
            </p>
          </Notice>
        )}
      </Group>
      <TroubleNotice say={say} trouble={store.trouble} />
      {running === null && parts !== null && (
        <>
          <DoctorFindings say={say} parts={parts} onFix={undefined} />
          <DoctorQuestions scope={scope} store={store} />
        </>
      )}
    </>
  );
}
