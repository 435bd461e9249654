/** A pause in place: for how long and why. What the server finds wrong stands at its field; what was typed stays. */
import { useState } from 'preact/hooks';
import type { TicketPlace } from '../../../core/admin/report-state.ts';
import { InlinePanel } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { DateInput, Select, TextInput } from '../../shared/ui/inputs.tsx';
import type { ReportScope } from './scope.ts';
import { TroubleNotice } from './trouble.tsx';
import type { Trouble } from './use-load.ts';
import { troubleOf } from './use-load.ts';

const LENGTHS = ['1', '3', '7', '14', '30', 'own'] as const;
type Length = (typeof LENGTHS)[number];
const MAX_REASON = 500;

interface HoldFormProps extends Pick<ReportScope, 'api' | 'say' | 'format'> {
  readonly ticket: TicketPlace;
  readonly close: () => void;
  readonly held: (message: string) => void;
}

export function HoldForm({ api, say, format, ticket, close, held }: HoldFormProps) {
  const [days, setDays] = useState<Length>('3');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState({ field: '', message: '' });
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const submit = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const length = days === 'own' ? { until } : { days: Number(days) };
    const body = { ticket: ticket.key, ...length, reason };
    const answer = await api.call<{ message: string }>('/api/report/hold', {
      method: 'POST',
      body,
    });
    setBusy(false);
    if (answer.kind === 'ok') return held(answer.value.message);
    const named = answer.kind === 'refused' && answer.field !== '';
    setWrong(named ? answer : { field: '', message: '' });
    setTrouble(named ? null : troubleOf(answer));
  };
  const id = `hold-${ticket.key.replace(':', '-')}`;
  const errorOf = (field: string) => (wrong.field === field ? wrong.message : undefined);
  return (
    <InlinePanel label={say('hold.of', { number: ticket.number })} close={close}>
      <form
        class="hold"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Select
          id={`${id}-days`}
          label={say('hold.days')}
          hint={say('hold.hint')}
          value={days}
          error={days === 'own' ? undefined : errorOf('until')}
          choices={LENGTHS.map((value) => ({ value, label: say(`hold.days.${value}`) }))}
          onValue={setDays}
        />
        {days === 'own' && (
          <DateInput
            id={`${id}-until`}
            label={say('hold.until')}
            value={until}
            min={format.isoDay(Date.now())}
            error={errorOf('until')}
            onValue={setUntil}
          />
        )}
        <TextInput
          id={`${id}-reason`}
          label={say('hold.reason')}
          hint={say('hold.reason.hint')}
          value={reason}
          maxLength={MAX_REASON}
          error={errorOf('reason')}
          onValue={setReason}
        />
        {trouble && <TroubleNotice trouble={trouble} say={say} retry={() => void submit()} />}
        <Buttons>
          <Button kind="primary" type="submit" busy={busy && say('hold.busy')}>
            {say('hold.submit')}
          </Button>
          <Button onPress={close}>{say('cancel')}</Button>
        </Buttons>
      </form>
    </InlinePanel>
  );
}
