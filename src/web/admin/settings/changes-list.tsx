/** What differs, in words. */
import type { SettingChange } from '../../../core/admin/settings-state.ts';
import { Disclosure } from '../../shared/ui/boxes.tsx';
import type { AdminSay } from '../words.ts';

const FEW = 4;

interface ChangesProps {
  readonly say: AdminSay;
  readonly changes: readonly SettingChange[];
}

/** Few stand open, many behind their number. */
export function ChangesList({ say, changes }: ChangesProps) {
  if (changes.length === 0) return null;
  const list = <Lines say={say} changes={changes} />;
  if (changes.length <= FEW) return list;
  return <Disclosure title={say('settings.changes', { count: changes.length })}>{list}</Disclosure>;
}

function Lines({ say, changes }: ChangesProps) {
  const word = (text: string): string => (text === '' ? say('settings.nothing') : text);
  return (
    <ul class="changes">
      {changes.map(({ path, title, before, after }) => (
        <li key={path}>
          {say('settings.change', { title, before: word(before), after: word(after) })}
        </li>
      ))}
    </ul>
  );
}
