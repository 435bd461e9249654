/** How the portal's own stage rights leave the closing stages to the app: by the real names of this portal, with how to check and undo it. */
import { useEffect, useState } from 'preact/hooks';
import type { NativeLock } from '../../../core/admin/doctor-state.ts';
import { Group, Skeleton } from '../../shared/ui/boxes.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { AdminScope } from '../scope.ts';
import type { Trouble } from '../settings/policy-form.ts';
import { TroubleNotice } from '../settings/trouble-notice.tsx';

export function LockGuide({
  scope,
  pipeline,
}: {
  readonly scope: AdminScope;
  readonly pipeline: string;
}) {
  const { say, api } = scope;
  const [lock, setLock] = useState<NativeLock | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const load = async (): Promise<void> => {
    setTrouble(null);
    const answer = await api.call<{ readonly lock: NativeLock }>(
      `/api/settings/lock?pipeline=${pipeline}`,
    );
    if (answer.kind === 'ok') setLock(answer.value.lock);
    else if (answer.kind !== 'same') {
      const text = answer.kind === 'refused' ? answer.message || say('lock.failed') : '';
      setTrouble({ kind: answer.kind, text, again: () => void load() });
    }
  };
  useEffect(() => {
    setLock(null);
    void load();
  }, [pipeline]);
  return (
    <Group title={say('lock.title')} hint={say('lock.hint')}>
      <TroubleNotice say={say} trouble={trouble} />
      {lock === null ? (
        trouble === null && <Skeleton label={say('state.loading')} rows={4} />
      ) : (
        <Guide scope={scope} lock={lock} />
      )}
    </Group>
  );
}

function Guide({ scope, lock }: { readonly scope: AdminScope; readonly lock: NativeLock }) {
  const { say } = scope;
  const { account, pipelineName } = lock;
  const names = (stages: NativeLock['stages']): string =>
    stages.map(({ name }) => say('lock.stage', { name })).join(', ');
  const user = account.name === '' ? say('ui.people.number', { id: account.id }) : account.name;
  const words = {
    user,
    pipeline: pipelineName,
    closing: names(lock.stages),
    open: names(lock.open),
  };
  const fit = account.admin || account.rights === 'ok';
  return (
    <>
      <p>{say('lock.rest')}</p>
      <Notice tone={account.admin ? 'good' : fit ? 'wait' : 'bad'}>
        <p>{say(account.admin ? 'lock.account.admin' : `lock.account.${account.rights}`, words)}</p>
      </Notice>
      <h3>{say('lock.steps')}</h3>
      <ol class="steps-of-lock">
        <li>
          {say('lock.step.open')}{' '}
          <a href={lock.rightsUrl} target="_blank" rel="noopener noreferrer">
            {say('lock.step.open.link')}
          </a>
        </li>
        <li>{say('lock.step.pipeline', words)}</li>
        <li>{say('lock.step.stages', words)}</li>
        <li>{say('lock.step.roles', words)}</li>
        {!account.admin && <li>{say('lock.step.account', words)}</li>}
        <li>{say('lock.step.save')}</li>
      </ol>
      <h3>{say('lock.lead')}</h3>
      <p>{say('lock.lead.text', words)}</p>
      <h3>{say('lock.check')}</h3>
      <ol class="steps-of-lock">
        <li>{say('lock.check.agent', words)}</li>
        <li>{say('lock.check.app', words)}</li>
        <li>{say('lock.check.doctor')}</li>
      </ol>
      <h3>{say('lock.undo')}</h3>
      <p>{say('lock.undo.text', words)}</p>
    </>
  );
}
