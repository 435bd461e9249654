/** What went wrong with a request; what was typed stays where it is. */
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { AdminSay } from '../words.ts';
import type { Trouble } from './policy-form.ts';

export function TroubleNotice({
  say,
  trouble,
}: {
  readonly say: AdminSay;
  readonly trouble: Trouble | null;
}) {
  return (
    <div role="alert">
      {trouble !== null && (
        <Notice tone="bad">
          <p>{trouble.kind === 'refused' ? trouble.text : say(`settings.${trouble.kind}`)}</p>
          <Buttons>
            <Button onPress={trouble.again}>{say('settings.retry')}</Button>
          </Buttons>
        </Notice>
      )}
    </div>
  );
}
