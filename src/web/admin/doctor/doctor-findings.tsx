/** What was found: faults first, then remarks, what is in order behind a fold. */
import type { DoctorFinding, DoctorLevel, DoctorPart } from '../../../core/admin/doctor-state.ts';
import { Disclosure, Group } from '../../shared/ui/boxes.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import type { AdminSay } from '../words.ts';

/** @param path the setting, as the settings pages name it */
export type OnFix = (pipeline: string, path: string) => void;

interface Line extends DoctorFinding {
  readonly name: string;
  readonly key: string;
}

const MARKS = { fail: 'cross', warn: 'warn', ok: 'done' } as const;

export function DoctorFindings({
  say,
  parts,
  onFix,
}: {
  readonly say: AdminSay;
  readonly parts: readonly DoctorPart[];
  readonly onFix: OnFix | undefined;
}) {
  const lines: readonly Line[] = parts.flatMap(({ check, name, findings }) =>
    findings.map((found, at) => ({ ...found, name, key: `${check}${at}` })),
  );
  const of = (level: DoctorLevel): readonly Line[] => lines.filter((line) => line.level === level);
  const [fails, warns, fine] = [of('fail'), of('warn'), of('ok')];
  const list = (some: readonly Line[]) => (
    <ul class="rows findings">
      {some.map((line) => (
        <FindingRow key={line.key} say={say} line={line} onFix={onFix} />
      ))}
    </ul>
  );
  return (
    <>
      {fails.length > 0 && <Group title={say('doctor.fails')}>{list(fails)}</Group>}
      {warns.length > 0 && <Group title={say('doctor.warns')}>{list(warns)}</Group>}
      {fine.length > 0 && (
        <Group title={say('doctor.fine')}>
          <Disclosure title={say('doctor.fine.show', { count: fine.length })}>
            {list(fine)}
          </Disclosure>
        </Group>
      )}
    </>
  );
}

function FindingRow({
  say,
  line,
  onFix,
}: {
  readonly say: AdminSay;
  readonly line: Line;
  readonly onFix: OnFix | undefined;
}) {
  const { name, title, why, remedy, level, pipeline, path } = line;
  return (
    <li class={`finding ${level}`}>
      <p class="finding-title">
        <Icon name={MARKS[level]} />
        <span>
          <b>{name}</b>: {title}
          <span class="unseen"> ({say(`doctor.level.${level}`)})</span>
        </span>
      </p>
      {why !== '' && <p class="soft">{why}</p>}
      {remedy !== '' && <p>{say('doctor.remedy', { remedy })}</p>}
      {path !== '' && onFix && (
        <Button
          kind="link"
          label={say('doctor.fix.label', { name })}
          onPress={() => onFix(pipeline, path)}
        >
          {say('doctor.fix')}
        </Button>
      )}
    </li>
  );
}
