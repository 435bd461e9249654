/** crm.automation.trigger.execute (PORTAL 6.3): starts the portal's own automation, and `true` says only that it was taken. */
import type { FireOutcome, TriggerCaller } from '../app/ports/triggers.ts';
import { AppError } from '../errors.ts';
import { batchSize, brokenPace, measuredPace, UNKNOWN_PACE } from './batch-size.ts';
import type { PortalClient } from './portal-client.ts';
import type { CommandResult } from './unwrap.ts';

/** A storm's triggers leave room for the returns that are still to be made; at rest one follows its fact at once. */
const FEW = 10;
/** Both limits are checked before a command is run. */
const NOT_RUN: ReadonlySet<string> = new Set(['QUERY_LIMIT_EXCEEDED', 'OPERATION_TIME_LIMIT']);
/** Said of commands that may have been run. */
const NOBODY_KNOWS: ReadonlySet<string> = new Set([
  'NO_ANSWER',
  'INTERNAL_SERVER_ERROR',
  'ERROR_UNEXPECTED_ANSWER',
]);

export function createTriggerCaller(client: PortalClient): TriggerCaller {
  let pace = UNKNOWN_PACE;
  return {
    atOnce: () => batchSize(pace, true),
    async fire(signals) {
      const before = pace;
      const commands = signals.map(({ code, ref }, index) => ({
        key: `s${index}`,
        method: 'crm.automation.trigger.execute',
        params: { CODE: code, OWNER_TYPE_ID: ref.entityTypeId, OWNER_ID: ref.id },
      }));
      try {
        const answers = await client.batch(commands, {
          priority: commands.length > FEW ? 'bulk' : 'live',
          write: true,
          halt: false,
          took: (seconds) => {
            pace = measuredPace(before, commands.length, seconds);
          },
        });
        return commands.map(({ key }) => outcomeOf(answers.get(key)));
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'portal-outcome-unknown') throw error;
        pace = brokenPace(before, commands.length);
        return commands.map((): FireOutcome => ({ kind: 'unknown' }));
      }
    },
  };
}

function outcomeOf(result: CommandResult | undefined): FireOutcome {
  if (result?.ok) return { kind: 'accepted' };
  const code = result?.code ?? 'NO_ANSWER';
  if (NOT_RUN.has(code)) return { kind: 'unsent' };
  return NOBODY_KNOWS.has(code) ? { kind: 'unknown' } : { kind: 'refused', code };
}
