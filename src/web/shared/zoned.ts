/** Moments as `datetime-local` controls write them, on the clock of a named zone. */

/** `2026-11-24T14:21` in the zone. */
export function zonedInput(at: number, timeZone: string): string {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    ...zoneOf(timeZone),
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return clock.format(at).replace(' ', 'T');
}

/** null: no moment. A clock time that a change of the clock leaves out or doubles is taken as one of its neighbours. */
export function momentOf(input: string, timeZone: string): number | null {
  const wanted = Date.parse(`${input}Z`);
  if (Number.isNaN(wanted)) return null;
  const shift = (at: number): number => Date.parse(`${zonedInput(at, timeZone)}Z`) - at;
  const near = wanted - shift(wanted);
  return wanted - shift(near);
}

function zoneOf(timeZone: string): { readonly timeZone: string } {
  try {
    return { timeZone: new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone };
  } catch {
    return { timeZone: 'UTC' };
  }
}
