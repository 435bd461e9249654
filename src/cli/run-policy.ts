/** `npm run policy`: every version of a pipeline's regulation, with the clause texts of its day. */
import type { PolicyVersion } from '../app/ports/journal.ts';
import type { Language } from '../app/ports/texts.ts';
import type { Tools } from '../app/ports/tools.ts';
import { policyChanges } from '../core/policy-changes.ts';
import type { PipelineRef } from '../core/policy.ts';
import { CLAUSE_IDS, pipelineKey } from '../core/policy.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';
import type { Speak } from './journal-words.ts';
import { FLAG, orRefused, readOptions, REFUSED, TEXT } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { readLanguage } from './pipeline-arg.ts';

type PolicyWish =
  | { readonly do: 'list' }
  | { readonly do: 'show'; readonly pipeline: PipelineRef; readonly version: number | null }
  | { readonly do: 'diff'; readonly pipeline: PipelineRef; readonly a: number; readonly b: number };

interface PolicyArgs {
  readonly wish: PolicyWish;
  readonly json: boolean;
}

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;

function pipelineOf(text: string | undefined): PipelineRef | null {
  const [, entityTypeId, categoryId] = /^([1-9]\d{0,9}):(\d{1,10})$/.exec(text ?? '') ?? [];
  if (categoryId === undefined) return null;
  return { entityTypeId: Number(entityTypeId), categoryId: Number(categoryId) };
}

function wishOf(
  [action, ...rest]: readonly string[],
  options: { readonly pipeline?: string | undefined; readonly version?: string | undefined },
): PolicyWish | null {
  const pipeline = pipelineOf(options.pipeline);
  if (action === 'list' && rest.length === 0) return { do: 'list' };
  if (pipeline === null) return null;
  if (action === 'show' && rest.length === 0) {
    const version = numberOf(options.version);
    if (version === null && options.version !== undefined) return null;
    return { do: 'show', pipeline, version };
  }
  const [a, b] = [numberOf(rest[0]), numberOf(rest[1])];
  const whole = action === 'diff' && rest.length === 2 && a !== null && b !== null;
  return whole ? { do: 'diff', pipeline, a, b } : null;
}

const parseRaw = (argv: readonly string[]) =>
  readOptions(argv, { pipeline: TEXT, version: TEXT, json: FLAG });

function readArgs({ values, positionals }: ReturnType<typeof parseRaw>): Parsed<PolicyArgs> {
  const language = readLanguage(values.lang);
  if (language === undefined) return REFUSED;
  if (values.help) return { kind: 'help', language };
  const wish = wishOf(positionals, values);
  return wish === null ? REFUSED : { kind: 'run', language, args: { wish, json: values.json } };
}

export const parsePolicyArgs = (argv: readonly string[]): Parsed<PolicyArgs> =>
  orRefused(() => readArgs(parseRaw(argv)));

interface Desk {
  readonly tools: Tools;
  readonly out: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly speak: Speak;
  readonly language: Language;
  readonly json: boolean;
}

/** @param argv arguments after the program's name */
export async function runPolicy(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  return withArgs(context, parsePolicyArgs(argv), {
    usage: 'policy.usage',
    run: ({ wish, json }, language) => {
      const speak: Speak = (key, params = {}) => context.say(language, key, params);
      const { terminal } = context;
      return withTools(context, language, {
        run: (tools) => {
          const out = (text: string): void => terminal.out(text);
          const told = (text: string): void => terminal.say(text);
          return carryOut(wish, { tools, out, complain: told, speak, language, json });
        },
      });
    },
  });
}

async function carryOut(wish: PolicyWish, desk: Desk): Promise<ExitCode> {
  switch (wish.do) {
    case 'list':
      return list(desk);
    case 'show':
      return show(wish, desk);
    case 'diff':
      return diff(wish, desk);
  }
}

const savedText = ({ savedAt }: PolicyVersion, speak: Speak): string =>
  savedAt === null
    ? speak('policy.saved-unknown')
    : `${new Date(savedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function headLine(found: PolicyVersion, speak: Speak): string {
  const { pipeline, version, mode } = found.policy;
  const saved = savedText(found, speak);
  return speak('policy.line', { pipeline: pipelineKey(pipeline), version, saved, mode });
}

async function list({ tools, out, complain: told, speak, json }: Desk): Promise<ExitCode> {
  const all = await tools.policyArchive.versions(tools.portalId);
  if (json) {
    const rows = all.map(({ policy, savedAt }) => ({
      pipeline: pipelineKey(policy.pipeline),
      version: policy.version,
      mode: policy.mode,
      savedAt,
    }));
    out(JSON.stringify(rows, null, 2));
  } else if (all.length === 0) told(speak('policy.none'));
  else out(all.map((one) => headLine(one, speak)).join('\n'));
  return 0;
}

async function find(
  pipeline: PipelineRef,
  version: number | null,
  { tools, complain: told, speak }: Desk,
): Promise<PolicyVersion | null> {
  const found = await tools.policyArchive.find(tools.portalId, pipeline, version ?? undefined);
  if (!found) {
    const name = pipelineKey(pipeline);
    told(speak('policy.unknown', { pipeline: name, version: version ?? '' }));
  }
  return found;
}

async function show(
  { pipeline, version }: Extract<PolicyWish, { do: 'show' }>,
  desk: Desk,
): Promise<ExitCode> {
  const found = await find(pipeline, version, desk);
  if (!found) return 1;
  desk.out(desk.json ? JSON.stringify(found, null, 2) : versionLines(found, desk).join('\n'));
  return 0;
}

/** Fields and list items are the portal's own names: they are in `--json`. */
function versionLines(found: PolicyVersion, { speak, language }: Desk): readonly string[] {
  const { criteria, stages, ...rest } = found.policy;
  const settings = Object.entries(rest).filter(
    ([key]) => !['schema', 'version', 'pipeline', 'mode', 'fields', 'options'].includes(key),
  );
  const texts = found.clauseTexts?.[language];
  const clauses = CLAUSE_IDS.flatMap((id) => {
    const text = texts?.[id] ?? '';
    return text === '' ? [] : [speak('policy.clause', { clause: speak(`clause.${id}`), text })];
  });
  return [
    headLine(found, speak),
    ...criteria.map(({ id, strictness, clause }) =>
      speak('policy.criterion', {
        criterion: speak(`criterion.${id}`),
        strictness: speak(`journal.strictness.${strictness}`),
        clause: speak(`clause.${clause}`),
      }),
    ),
    ...Object.entries(stages).map(([stage, role]) => speak('policy.stage', { stage, role })),
    ...settings.map(([key, value]) => speak('policy.setting', { key, value: valueText(value) })),
    ...(clauses.length > 0 ? [speak('policy.clauses'), ...clauses] : [speak('policy.no-texts')]),
  ];
}

async function diff(
  { pipeline, a, b }: Extract<PolicyWish, { do: 'diff' }>,
  desk: Desk,
): Promise<ExitCode> {
  const before = await find(pipeline, a, desk);
  const after = await find(pipeline, b, desk);
  if (!before || !after) return 1;
  const changes = policyChanges(before.policy, after.policy);
  const lines = changes.map((change) =>
    desk.speak('policy.change', {
      key: change.key,
      before: valueText(change.before),
      after: valueText(change.after),
    }),
  );
  if (desk.json) desk.out(JSON.stringify(changes, null, 2));
  else desk.out(lines.length === 0 ? desk.speak('policy.same') : lines.join('\n'));
  return 0;
}

function valueText(value: unknown): string {
  if (value === undefined) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
