/** bizproc.event.send in batches (PORTAL 6.1): it lets the portal's own robots go on, so that the pace is felt for. */
import type { AnswerOutcome, RobotAnswer, RobotAnswers } from '../app/ports/robots.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { Params } from './batch-command.ts';
import type { PortalClient } from './portal-client.ts';
import { isPassing } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';
import { createWriteBatches } from './write-batches.ts';

const METHOD = 'bizproc.event.send';

export function createRobotAnswers(client: PortalClient, log: Log): RobotAnswers {
  const batches = createWriteBatches(client, log);
  return {
    async send(answers) {
      const written = await batches.run({
        items: answers.map((answer, index) => ({ answer, key: `a${index}` })),
        commands: ({ answer, key }) => [{ key, method: METHOD, params: paramsOf(answer) }],
        paceKey: METHOD,
        probe: true,
        priority: 'live',
      });
      return new Map(
        written.map(({ item, answers: given }) => [
          item.answer.id,
          outcomeOf(given?.get(item.key)),
        ]),
      );
    },
  };
}

function paramsOf({ eventToken, values, log }: RobotAnswer): Params {
  return {
    EVENT_TOKEN: eventToken,
    ...(values === null
      ? {}
      : { RETURN_VALUES: { passed: values.passed ? 'Y' : 'N', missing: values.missing } }),
    LOG_MESSAGE: log,
  };
}

function outcomeOf(result: CommandResult | undefined): AnswerOutcome {
  if (result === undefined) return 'again';
  if (result.ok) return 'taken';
  return isPassing(result.code) || result.code === 'NO_ANSWER' ? 'again' : 'refused';
}
