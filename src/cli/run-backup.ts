/** `npm run backup`: everything remembered into a file, and from a file into an empty store. */
import { faultWords } from '../app/fault-words.ts';
import type { KeptKey, StateCopy } from '../app/ports/state-copy.ts';
import { AppError } from '../errors.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs } from './command.ts';
import { FLAG, orRefused, readOptions, REFUSED } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { readLanguage } from './pipeline-arg.ts';
import { checkStateFile, readStateFile, systemCode, writeStateFile } from './state-file.ts';

interface BackupArgs {
  readonly way: 'save' | 'restore';
  readonly path: string;
  readonly replace: boolean;
}

const parseRaw = (argv: readonly string[]) => readOptions(argv, { replace: FLAG });

function readArgs({ values, positionals }: ReturnType<typeof parseRaw>): Parsed<BackupArgs> {
  const { help, replace } = values;
  const language = readLanguage(values.lang);
  if (language === undefined) return REFUSED;
  if (help) return { kind: 'help', language };
  const [way, path = '', ...rest] = positionals;
  if ((way !== 'save' && way !== 'restore') || path === '' || rest.length > 0) return REFUSED;
  if (replace && way === 'save') return REFUSED;
  return { kind: 'run', language, args: { way, path, replace } };
}

export const parseBackupArgs = (argv: readonly string[]): Parsed<BackupArgs> =>
  orRefused(() => readArgs(parseRaw(argv)));

/** @param open connects to the store whose state is meant */
export async function runBackup(
  argv: readonly string[],
  context: CommandContext,
  open: () => Promise<StateCopy>,
): Promise<ExitCode> {
  return withArgs(context, parseBackupArgs(argv), {
    usage: 'backup.usage',
    run: (args, language) => carryOut(args, { ...context, language }, open),
  });
}

async function carryOut(
  args: BackupArgs,
  context: CommandContext,
  open: () => Promise<StateCopy>,
): Promise<ExitCode> {
  try {
    const state = await open();
    try {
      return await (args.way === 'save' ? save : restore)(args, state, context);
    } finally {
      await state.close();
    }
  } catch (error) {
    for (const line of wordsOf(error, context)) context.terminal.say(line);
    return 1;
  }
}

function wordsOf(error: unknown, { say, language }: CommandContext): readonly string[] {
  if (error instanceof AppError && error.detail === 'COPY') return [say(language, 'backup.broken')];
  if (error instanceof AppError && error.detail === 'COPY-NEWER')
    return [say(language, 'backup.newer')];
  if (error instanceof AppError)
    return faultWords(error, (key, params) => say(language, key, params));
  const code = systemCode(error);
  if (code === '') throw error;
  return [say(language, 'backup.file', { code })];
}

type Work = (args: BackupArgs, state: StateCopy, context: CommandContext) => Promise<ExitCode>;

const save: Work = async ({ path }, state, { terminal, say, language }) => {
  const standing = await state.standing();
  if (standing !== 'filled') {
    terminal.say(say(language, standing === 'empty' ? 'backup.empty' : 'backup.half'));
    return 1;
  }
  const counted = countedKeys(state.keys(), (keys) =>
    terminal.redraw?.(say(language, 'backup.progress', { keys })),
  );
  const about = { at: new Date().toISOString(), state: await state.format() };
  const keys = await writeStateFile(path, counted, about);
  terminal.redraw?.('');
  terminal.say(say(language, 'backup.saved', { keys, path }));
  return 0;
};

const restore: Work = async ({ path, replace }, state, { terminal, say, language }) => {
  // The whole file is read first: nothing is cleared for one that is damaged.
  const { keys, at } = await checkStateFile(path);
  const refusal = await whyNot(state, replace);
  if (refusal !== null) {
    terminal.say(say(language, refusal));
    return 1;
  }
  await state.begin();
  let done = 0;
  for await (const part of inParts(readStateFile(path))) {
    await state.put(part);
    done += part.length;
    terminal.redraw?.(say(language, 'backup.progress', { keys: done }));
  }
  await state.finish();
  terminal.redraw?.('');
  terminal.say(say(language, 'backup.restored', { keys, at }));
  return 0;
};

/** What stands there is only forgotten on demand, and never under somebody who works on it. */
async function whyNot(
  state: StateCopy,
  replace: boolean,
): Promise<'backup.in-use' | 'backup.not-empty' | null> {
  if (await state.inUse()) return 'backup.in-use';
  return replace || (await state.standing()) !== 'filled' ? null : 'backup.not-empty';
}

const TOLD_EVERY = 500;
const PART_KEYS = 200;
const PART_BYTES = 8 * 1024 * 1024;

async function* countedKeys(
  keys: AsyncIterable<KeptKey>,
  tell: (count: number) => void,
): AsyncGenerator<KeptKey> {
  let count = 0;
  for await (const kept of keys) {
    count += 1;
    if (count % TOLD_EVERY === 0) tell(count);
    yield kept;
  }
}

async function* inParts(keys: AsyncIterable<KeptKey>): AsyncGenerator<readonly KeptKey[]> {
  let part: KeptKey[] = [];
  let bytes = 0;
  for await (const kept of keys) {
    part.push(kept);
    bytes += kept.value.length;
    if (part.length < PART_KEYS && bytes < PART_BYTES) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}
