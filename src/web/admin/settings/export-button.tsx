/** The saved settings of a pipeline as a file: the document that `npm run setup -- --json` prints. */
import { useState } from 'preact/hooks';
import type { ApiAnswer } from '../../shared/api.ts';
import { saveFile } from '../../shared/save-file.ts';
import { Button } from '../../shared/ui/button.tsx';
import type { AdminScope } from '../scope.ts';

export function ExportButton({
  scope: { say, api },
  pipeline,
  onAnswer,
}: {
  readonly scope: AdminScope;
  readonly pipeline: string;
  readonly onAnswer: (answer: ApiAnswer<unknown>) => void;
}) {
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    const answer = await api.file(`/api/settings/export?pipeline=${pipeline}`);
    setBusy(false);
    onAnswer(answer);
    if (answer.kind !== 'ok') return;
    saveFile(answer.value, `closegate-${pipeline.replace(':', '-')}.json`);
  };
  return (
    <Button busy={busy && say('settings.busy')} onPress={() => void save()}>
      {say('settings.export')}
    </Button>
  );
}
