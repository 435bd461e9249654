/** What was saved before, and the settings as a file. */
import { useEffect, useState } from 'preact/hooks';
import type {
  PolicyProposal,
  PolicyVersionLine,
  PolicyVersions,
} from '../../../core/admin/settings-state.ts';
import type { ApiAnswer } from '../../shared/api.ts';
import { saveFile } from '../../shared/save-file.ts';
import { Group, Skeleton } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Badge, Notice } from '../../shared/ui/notice.tsx';
import type { Column } from '../../shared/ui/table.tsx';
import { Table } from '../../shared/ui/table.tsx';
import { ChangesList } from './changes-list.tsx';
import type { FormProps } from './form-props.ts';

const MAX_BYTES = 400_000;

export function VersionsTab(props: FormProps) {
  const { scope, form } = props;
  const [failed, setFailed] = useState('');
  const fail = (answer: ApiAnswer<unknown>): void => {
    if (answer.kind === 'refused') setFailed(answer.message);
    else if (answer.kind === 'away' || answer.kind === 'over') {
      setFailed(scope.say(`settings.${answer.kind}`));
    }
  };
  return (
    <>
      <div role="alert">
        {failed !== '' && (
          <Notice tone="bad">
            <p>{failed}</p>
          </Notice>
        )}
      </div>
      <Transfer {...props} say={setFailed} fail={fail} />
      <Versions {...props} key={form.base.version} say={setFailed} fail={fail} />
    </>
  );
}

interface PartProps extends FormProps {
  readonly say: (failed: string) => void;
  readonly fail: (answer: ApiAnswer<unknown>) => void;
}

function Transfer({ scope, form, say: tell, fail }: PartProps) {
  const { say, api } = scope;
  const [busy, setBusy] = useState<'export' | 'import' | null>(null);
  const { pipeline } = form.base;
  const wait = (what: 'export' | 'import') => (busy === what ? say('settings.busy') : false);
  const save = async (): Promise<void> => {
    setBusy('export');
    tell('');
    const answer = await api.file(`/api/settings/export?pipeline=${pipeline}`);
    setBusy(null);
    if (answer.kind === 'ok') {
      saveFile(answer.value, `closegate-${pipeline.replace(':', '-')}.json`);
    } else fail(answer);
  };
  const load = async (file: File): Promise<void> => {
    tell('');
    if (file.size > MAX_BYTES) return tell(say('settings.import.too-big'));
    const document = parsed(await file.text());
    if (document === null) return tell(say('settings.import.not-json'));
    setBusy('import');
    const answer = await api.call<PolicyProposal>('/api/settings/import', {
      method: 'POST',
      body: { pipeline, document },
    });
    setBusy(null);
    if (answer.kind === 'ok') form.adopt(answer.value, 'file');
    else fail(answer);
  };
  return (
    <Group title={say('settings.transfer')} hint={say('settings.transfer.hint')}>
      <div class="one-line">
        <Buttons>
          {form.base.version > 0 && (
            <Button busy={wait('export')} onPress={() => void save()}>
              {say('settings.export')}
            </Button>
          )}
          <FileButton label={say('settings.import')} onFile={(file) => void load(file)} />
        </Buttons>
      </div>
      <p class="hint" role="status">
        {busy === 'import' ? say('settings.busy') : say('settings.import.hint')}
      </p>
    </Group>
  );
}

/** A native file field that looks like the other buttons. */
function FileButton({
  label,
  onFile,
}: {
  readonly label: string;
  readonly onFile: (file: File) => void;
}) {
  return (
    <label class="btn file">
      {label}
      <input
        type="file"
        class="unseen"
        accept="application/json,.json"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // The same file can be chosen again.
          currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
    </label>
  );
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

function Versions({ scope, form, say: tell, fail }: PartProps) {
  const { say, api } = scope;
  const { pipeline } = form.base;
  const [versions, set] = useState<readonly PolicyVersionLine[] | null>(null);
  useEffect(() => {
    void api.call<PolicyVersions>(`/api/settings/versions?pipeline=${pipeline}`).then((answer) => {
      if (answer.kind === 'ok') set(answer.value.versions);
      else fail(answer);
    });
  }, []);
  const restore = async (version: number): Promise<void> => {
    tell('');
    const answer = await api.call<PolicyProposal>(
      `/api/settings/pipeline/${pipeline}/version/${version}`,
    );
    if (answer.kind === 'ok') form.adopt(answer.value, 'version');
    else fail(answer);
  };
  if (versions === null) return <Skeleton label={say('state.loading')} />;
  return (
    <Group title={say('settings.versions')} hint={say('settings.versions.restore.hint')}>
      <Table<PolicyVersionLine>
        caption={say('settings.versions')}
        quiet
        keyOf={({ version }) => version}
        rows={versions}
        empty={say('settings.versions.none')}
        columns={columnsOf({ scope, form }, (version) => void restore(version))}
      />
    </Group>
  );
}

function columnsOf(
  { scope: { say, format }, form }: FormProps,
  restore: (version: number) => void,
): readonly Column<PolicyVersionLine>[] {
  return [
    {
      id: 'version',
      title: say('settings.versions.number'),
      heads: true,
      cell: ({ version }) => version,
    },
    {
      id: 'when',
      title: say('settings.versions.when'),
      cell: ({ savedAt }) =>
        savedAt === null ? say('settings.versions.unknown') : format.moment(savedAt),
    },
    {
      id: 'who',
      title: say('settings.versions.who'),
      cell: ({ by }) => by || say('settings.versions.unknown'),
    },
    {
      id: 'what',
      title: say('settings.versions.what'),
      cell: ({ changes }) =>
        changes.length === 0 ? (
          say('settings.versions.first')
        ) : (
          <ChangesList say={say} changes={changes} />
        ),
    },
    {
      id: 'restore',
      title: say('settings.versions.restore'),
      cell: ({ version }) =>
        version === form.base.version ? (
          <Badge tone="good">{say('settings.versions.now')}</Badge>
        ) : (
          <Button
            kind="link"
            label={say('settings.versions.restore.label', { version })}
            onPress={() => restore(version)}
          >
            {say('settings.versions.restore')}
          </Button>
        ),
    },
  ];
}
