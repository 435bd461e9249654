/** How long to wait, how the client is asked, what follows a closing; with dates as the timers would really set them. */
import type { WaitExample } from '../../../core/admin/settings-state.ts';
import type { PolicyNumbers } from '../../../core/policy.ts';
import { Disclosure, Grid, Group } from '../../shared/ui/boxes.tsx';
import { Check } from '../../shared/ui/choices.tsx';
import { NumberInput } from '../../shared/ui/inputs.tsx';
import { Table } from '../../shared/ui/table.tsx';
import { Channels } from './channels.tsx';
import { momentIn } from './dates.ts';
import type { FormProps } from './form-props.ts';
import { NUMBER_TITLES } from './number-titles.ts';
import { idOf } from './places.ts';

export function WaitsTab({ scope, form }: FormProps) {
  const { say } = scope;
  const days = say('settings.waits.days');
  return (
    <>
      <Group title={say('settings.waits')} hint={say('settings.waits.hint')}>
        <Grid>
          <Amount scope={scope} form={form} path="firstWaitDays" unit={days} />
          <Amount scope={scope} form={form} path="secondWaitDays" unit={days} />
        </Grid>
        <Example scope={scope} form={form} />
      </Group>
      <Asking scope={scope} form={form} />
      <After scope={scope} form={form} />
    </>
  );
}

interface AmountProps extends FormProps {
  readonly path: keyof PolicyNumbers;
  readonly hint?: string;
  readonly unit: string;
}

export function Amount({ scope: { say }, form, path, hint, unit }: AmountProps) {
  const [least, most] = form.base.book.limits[path];
  const value = form.policy[path];
  return (
    <NumberInput
      id={idOf(path)}
      label={say(NUMBER_TITLES[path])}
      hint={hint}
      unit={unit}
      required
      error={form.errorAt(path)}
      min={least}
      max={most}
      value={Number.isNaN(value) ? null : value}
      // An empty field is told as a problem; it must not become a zero behind one's back.
      onValue={(next) => form.change({ [path]: next ?? Number.NaN })}
    />
  );
}

interface ExampleRow extends WaitExample {
  readonly id: 'now' | 'friday';
}

export function Example({ scope, form }: FormProps) {
  const { say, language } = scope;
  const { example } = form.check;
  if (example === null) return <p class="hint">{say('settings.waits.example.none')}</p>;
  const at = momentIn(language, example.timeZone);
  const rows: readonly ExampleRow[] = [
    { id: 'now', ...example.now },
    { id: 'friday', ...example.friday },
  ];
  return (
    <div class="example" aria-busy={form.checking}>
      <Table
        caption={say('settings.waits.example')}
        keyOf={({ id }) => id}
        rows={rows}
        columns={[
          {
            id: 'case',
            title: say('settings.waits.example.case'),
            heads: true,
            cell: (row) => (
              <>
                {say(`settings.waits.example.${row.id}`)}, {at(row.askedAt)}
              </>
            ),
          },
          { id: 'sent', title: say('settings.waits.example.sent'), cell: (row) => at(row.sentAt) },
          {
            id: 'remind',
            title: say('settings.waits.example.remind'),
            cell: (row) => at(row.remindAt),
          },
          {
            id: 'close',
            title: say('settings.waits.example.close'),
            cell: (row) => at(row.closeAt),
          },
        ]}
      />
      <p class="hint">
        {say('settings.waits.example.zone', { zone: example.timeZone })}
        {form.checking && ` · ${say('settings.checking')}`}
      </p>
    </div>
  );
}

function Asking({ scope, form }: FormProps) {
  const { say } = scope;
  const { policy } = form;
  return (
    <Group title={say('settings.ask')}>
      <Check
        id={idOf('autoAsk')}
        label={say('settings.auto-ask')}
        hint={say('settings.auto-ask.hint')}
        error={form.errorAt('autoAsk')}
        checked={policy.autoAsk}
        onChecked={(autoAsk) => form.change({ autoAsk })}
      />
      <Channels scope={scope} form={form} />
      <Check
        id={idOf('thanksConfirms')}
        label={say('settings.thanks')}
        hint={say('settings.thanks.hint')}
        error={form.errorAt('thanksConfirms')}
        checked={policy.thanksConfirms}
        onChecked={(thanksConfirms) => form.change({ thanksConfirms })}
      />
    </Group>
  );
}

function After({ scope, form }: FormProps) {
  const { say } = scope;
  const shared = { scope, form };
  return (
    <Group title={say('settings.after')}>
      <Grid>
        <Amount
          {...shared}
          path="undoMinutes"
          hint={say('settings.undo.hint')}
          unit={say('settings.waits.minutes')}
        />
        <Amount
          {...shared}
          path="reopenWindowDays"
          hint={say('settings.reopen.hint')}
          unit={say('settings.waits.days')}
        />
      </Grid>
      <Disclosure title={say('settings.loop')}>
        <p class="hint">{say('settings.loop.hint')}</p>
        <Grid>
          <Amount {...shared} path="maxReturns" unit="" />
          <Amount {...shared} path="returnWindowMinutes" unit={say('settings.waits.minutes')} />
        </Grid>
      </Disclosure>
    </Group>
  );
}
