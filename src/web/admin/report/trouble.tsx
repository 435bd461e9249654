/** Something could not be read: what happened, and what to do. */
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { Trouble } from './use-load.ts';
import type { ReportSay } from './words.ts';

export function TroubleNotice({
  trouble,
  say,
  retry,
}: {
  readonly trouble: Trouble;
  readonly say: ReportSay;
  readonly retry: () => void;
}) {
  const { kind, message } = trouble;
  const words = kind === 'over' ? say('over') : message === '' ? say('away') : message;
  return (
    <Notice tone="bad" live="alert">
      <p>{words}</p>
      {kind !== 'over' && (
        <Buttons>
          <Button onPress={retry}>{say('retry')}</Button>
        </Buttons>
      )}
    </Notice>
  );
}
