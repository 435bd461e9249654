import { Grid, Group } from '../../shared/ui/boxes.tsx';
import { Select } from '../../shared/ui/inputs.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { clockWords, weekdayWord } from '../settings/dates.ts';
import type { FormProps } from '../settings/form-props.ts';
import { idOf } from '../settings/places.ts';
import { Amount, Example } from '../settings/waits-tab.tsx';

/** How long a silent client is waited for, and by whose calendar, with dates as the timers would set them. */
export function WaitsStep({ scope, form }: FormProps) {
  const { say, language } = scope;
  const { calendar } = form.check;
  const days = say('settings.waits.days');
  const off = calendar.weekDaysOff.map((day) => weekdayWord(language, day)).join(', ');
  return (
    <Group title={say('settings.waits')} hint={say('settings.waits.hint')}>
      <Grid>
        <Amount scope={scope} form={form} path="firstWaitDays" unit={days} />
        <Amount scope={scope} form={form} path="secondWaitDays" unit={days} />
        <Select
          id={idOf('timeZone')}
          label={say('settings.zone')}
          error={form.errorAt('timeZone')}
          value={form.policy.timeZone}
          choices={calendar.timeZones.map((zone) => ({ value: zone, label: zone }))}
          onValue={(timeZone) => form.change({ timeZone })}
        />
      </Grid>
      <p class="hint">
        {say(`settings.hours.${calendar.source}`, {
          from: clockWords(calendar.dayStart),
          to: clockWords(calendar.dayEnd),
          days: off === '' ? say('settings.hours.no-days') : off,
        })}
      </p>
      <Example scope={scope} form={form} />
      {form.check.warnings
        .filter(({ path }) => path === 'daysOff' || path === 'workDays')
        .map(({ code, text }) => (
          <Notice key={code} tone="wait">
            <p>{text}</p>
          </Notice>
        ))}
    </Group>
  );
}
