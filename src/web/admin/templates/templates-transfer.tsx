/** The portal's own texts as a file, and back: texts of a file become drafts, nothing is saved. */
import { saveFile } from '../../shared/save-file.ts';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import type { TemplateProps } from './template-props.ts';

const MAX_BYTES = 400_000;

export function TemplatesTransfer({ scope: { say }, store }: TemplateProps) {
  const wait = store.busy === 'file' && say('templates.busy');
  const save = async (): Promise<void> => {
    const file = await store.file();
    if (file !== null) saveFile(file, 'closegate-templates.json');
  };
  const load = async (file: File): Promise<void> => {
    const text = file.size > MAX_BYTES ? '' : await file.text();
    await store.adopt(documentOf(text));
  };
  return (
    <>
      <p class="hint">{say('templates.transfer.hint')}</p>
      <Buttons>
        <Button busy={wait} onPress={() => void save()}>
          {say('templates.export')}
        </Button>
        <label class="btn file">
          {say('templates.import')}
          <input
            class="unseen"
            type="file"
            accept="application/json,.json"
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              if (file) void load(file);
              // The same file can be chosen again.
              currentTarget.value = '';
            }}
          />
        </label>
      </Buttons>
    </>
  );
}

function documentOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
