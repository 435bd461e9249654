/** `npm run outbox`: whether messages to clients leave, letting them leave again, and what the last runs did. */
import type { OutboxStanding } from '../app/ports/client.ts';
import type { Run, SkipReason } from '../app/ports/runs.ts';
import { SKIP_REASONS } from '../app/ports/runs.ts';
import type { Tools } from '../app/ports/tools.ts';
import { localTime, parseActionArgs } from './action-args.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';

const ACTIONS = ['status', 'resume', 'runs'] as const;
const SHOWN = 50;

interface Speaker {
  readonly say: (key: string, params?: Readonly<Record<string, string | number>>) => string;
  readonly terminal: CommandContext['terminal'];
  readonly json: boolean;
}

/** @param argv arguments after the program's name */
export async function runOutbox(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  return withArgs(context, parseActionArgs(argv, ACTIONS, 0), {
    usage: 'outbox.usage',
    run: ({ action, json }, language) => {
      const { terminal } = context;
      const say: Speaker['say'] = (key, params) => context.say(language, key, params);
      const work = { status, resume, runs }[action];
      return withTools(context, language, {
        run: async (tools) => {
          await work(tools, { say, terminal, json });
          return 0;
        },
      });
    },
  });
}

async function status(tools: Tools, { say, terminal, json }: Speaker): Promise<void> {
  const standing = await tools.outbox.standing(tools.portalId, tools.clock.now());
  terminal.out(json ? JSON.stringify(standing, null, 2) : standingLines(standing, say).join('\n'));
}

function standingLines(standing: OutboxStanding, say: Speaker['say']): readonly string[] {
  const { stoppedSince, left, heldBack } = standing;
  const due = left + heldBack;
  const normal = Math.round(standing.normal);
  const limit = Math.floor(standing.limit);
  const counts = say('outbox.counts', { due, left, heldBack, normal, limit });
  if (stoppedSince === null) return [say('outbox.running'), counts];
  return [
    say('outbox.stopped', { since: localTime(stoppedSince) }),
    counts,
    say('outbox.what-now'),
  ];
}

async function resume(tools: Tools, { say, terminal, json }: Speaker): Promise<void> {
  const before = await tools.outbox.standing(tools.portalId, tools.clock.now());
  const resumed = before.stoppedSince !== null;
  if (resumed) await tools.outbox.resume(tools.portalId);
  if (json) terminal.out(JSON.stringify({ resumed, before }, null, 2));
  else terminal.out(say(resumed ? 'outbox.resumed' : 'outbox.not-stopped'));
}

async function runs(tools: Tools, { say, terminal, json }: Speaker): Promise<void> {
  const all = await tools.runs.list(tools.portalId);
  if (json) terminal.out(JSON.stringify(all, null, 2));
  else if (all.length === 0) terminal.out(say('run.none'));
  else for (const run of all.slice(0, SHOWN)) terminal.out(runLine(run, say));
}

function runLine(run: Run, say: Speaker['say']): string {
  const { candidates, sent, done } = run;
  const why = (reason: SkipReason): string => {
    const count = run.skipped[reason] ?? 0;
    return count === 0 ? '' : `${say(`run.why.${reason}`)} ${count}`;
  };
  const reasons = SKIP_REASONS.map(why).filter((text) => text !== '');
  const skipped = reasons.length === 0 ? say('run.skipped-none') : reasons.join(', ');
  const kind = say(`run.kind.${run.kind}`);
  return say('run.line', { at: localTime(run.at), kind, candidates, sent, done, skipped });
}
