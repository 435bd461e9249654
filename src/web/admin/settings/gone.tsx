/** A pipeline that was deleted on the portal: its settings can only be taken away as a file. */
import { useState } from 'preact/hooks';
import { Buttons } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { AdminScope } from '../scope.ts';
import { answerWords } from './answer-words.ts';
import { ExportButton } from './export-button.tsx';

export function Gone({
  scope,
  pipeline,
}: {
  readonly scope: AdminScope;
  readonly pipeline: string;
}) {
  const { say } = scope;
  const [failed, setFailed] = useState('');
  return (
    <Notice tone="bad">
      <p>{say('settings.gone.text')}</p>
      <Buttons>
        <ExportButton
          scope={scope}
          pipeline={pipeline}
          onAnswer={(answer) => setFailed(answerWords(say, answer))}
        />
      </Buttons>
      <p role="alert">{failed}</p>
    </Notice>
  );
}
