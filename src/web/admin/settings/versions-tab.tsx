/** What was saved before, and the settings as a file. */
import { useEffect, useState } from 'preact/hooks';
import type {
  PolicyProposal,
  PolicyVersionLine,
  PolicyVersions,
} from '../../../core/admin/settings-state.ts';
import type { ApiAnswer } from '../../shared/api.ts';
import { Group, Skeleton } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Badge, Notice } from '../../shared/ui/notice.tsx';
import type { Column } from '../../shared/ui/table.tsx';
import { Table } from '../../shared/ui/table.tsx';
import { answerWords } from './answer-words.ts';
import { ChangesList } from './changes-list.tsx';
import { ExportButton } from './export-button.tsx';
import type { FormProps } from './form-props.ts';

const MAX_BYTES = 400_000;

export function VersionsTab(props: FormProps) {
  const { scope, form } = props;
  const [failed, setFailed] = useState('');
  const tell = (answer: ApiAnswer<unknown>): void => setFailed(answerWords(scope.say, answer));
  return (
    <>
      <div role="alert">
        {failed !== '' && (
          <Notice tone="bad">
            <p>{failed}</p>
          </Notice>
        )}
      </div>
      <Transfer {...props} warn={setFailed} tell={tell} />
      <Versions {...props} key={form.base.version} tell={tell} />
    </>
  );
}

interface PartProps extends FormProps {
  /** Shows what went wrong; takes the last message away when nothing did. */
  readonly tell: (answer: ApiAnswer<unknown>) => void;
}

function Transfer({
  scope,
  form,
  tell,
  warn,
}: PartProps & { readonly warn: (words: string) => void }) {
  const { say, api } = scope;
  const [busy, setBusy] = useState(false);
  const { pipeline, version } = form.base;
  const load = async (file: File): Promise<void> => {
    if (file.size > MAX_BYTES) return warn(say('settings.import.too-big'));
    const document = parsed(await file.text());
    if (document === null) return warn(say('settings.import.not-json'));
    setBusy(true);
    const answer = await api.call<PolicyProposal>('/api/settings/import', {
      method: 'POST',
      body: { pipeline, document },
    });
    setBusy(false);
    tell(answer);
    if (answer.kind === 'ok') form.adopt(answer.value, 'file');
  };
  return (
    <Group title={say('settings.transfer')} hint={say('settings.transfer.hint')}>
      <div class="one-line">
        <Buttons>
          {version > 0 && <ExportButton scope={scope} pipeline={pipeline} onAnswer={tell} />}
          <FileButton label={say('settings.import')} onFile={(file) => void load(file)} />
        </Buttons>
      </div>
      <p class="hint" role="status">
        {say(busy ? 'settings.busy' : 'settings.import.hint')}
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

function Versions({ scope, form, tell }: PartProps) {
  const { say, api } = scope;
  const { pipeline } = form.base;
  const [versions, set] = useState<readonly PolicyVersionLine[] | null>(null);
  useEffect(() => {
    void api.call<PolicyVersions>(`/api/settings/versions?pipeline=${pipeline}`).then((answer) => {
      if (answer.kind === 'ok') set(answer.value.versions);
      tell(answer);
    });
  }, []);
  const restore = async (version: number): Promise<void> => {
    const answer = await api.call<PolicyProposal>(
      `/api/settings/pipeline/${pipeline}/version/${version}`,
    );
    tell(answer);
    if (answer.kind === 'ok') form.adopt(answer.value, 'version');
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
