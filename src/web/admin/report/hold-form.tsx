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

interface Typed {
  readonly days: Length;
  readonly until: string;
  readonly reason: string;
}

interface Answered {
  readonly busy: boolean;
  readonly field: string;
  readonly message: string;
  readonly trouble: Trouble | null;
}

const QUIET: Answered = { busy: false, field: '', message: '', trouble: null };

export function HoldForm({ api, say, format, ticket, close, held }: HoldFormProps) {
  const [typed, type] = useState<Typed>({ days: '3', until: '', reason: '' });
  const [answered, setAnswered] = useState(QUIET);
  const { busy, trouble } = answered;
  const submit = async (): Promise<void> => {
    if (busy) return;
    setAnswered({ ...QUIET, busy: true });
    const { days, until, reason } = typed;
    const length = days === 'own' ? { until } : { days: Number(days) };
    const body = { ticket: ticket.key, ...length, reason };
    const answer = await api.call<{ message: string }>('/api/report/hold', {
      method: 'POST',
      body,
    });
    if (answer.kind === 'ok') return held(answer.value.message);
    const named = answer.kind === 'refused' && answer.field !== '';
    const { field, message } = named ? answer : QUIET;
    setAnswered({ busy: false, field, message, trouble: named ? null : troubleOf(answer) });
  };
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
        <HoldFields {...{ typed, type, answered, ticket, say, format }} />
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

interface HoldFieldsProps extends Pick<HoldFormProps, 'say' | 'format' | 'ticket'> {
  readonly typed: Typed;
  readonly type: (typed: Typed) => void;
  readonly answered: Answered;
}

function HoldFields({ typed, type, answered, ticket, say, format }: HoldFieldsProps) {
  const id = `hold-${ticket.key.replace(':', '-')}`;
  const { days, until, reason } = typed;
  const errorOf = (field: string) => (answered.field === field ? answered.message : undefined);
  return (
    <>
      <Select
        id={`${id}-days`}
        label={say('hold.days')}
        hint={say('hold.hint')}
        value={days}
        error={days === 'own' ? undefined : errorOf('until')}
        choices={LENGTHS.map((value) => ({ value, label: say(`hold.days.${value}`) }))}
        onValue={(next) => type({ ...typed, days: next })}
      />
      {days === 'own' && (
        <DateInput
          id={`${id}-until`}
          label={say('hold.until')}
          value={until}
          min={format.isoDay(Date.now())}
          error={errorOf('until')}
          onValue={(next) => type({ ...typed, until: next })}
        />
      )}
      <TextInput
        id={`${id}-reason`}
        label={say('hold.reason')}
        hint={say('hold.reason.hint')}
        value={reason}
        maxLength={MAX_REASON}
        error={errorOf('reason')}
        onValue={(next) => type({ ...typed, reason: next })}
      />
    </>
  );
}
