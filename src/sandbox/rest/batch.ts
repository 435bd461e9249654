import { callMethod } from './call-method.ts';
import type { CallEnvironment } from './call-method.ts';
import type { Params } from './params.ts';
import { parsePhpQuery } from './php-query.ts';
import { RestError } from './rest-error.ts';
import { textOf } from '../text-of.ts';

const MAX_COMMANDS = 50;
const REQUEST_CUT_MS = 60_000;

interface Collected {
  result: Record<string, unknown>;
  result_error: Record<string, unknown>;
  result_total: Record<string, unknown>;
  result_next: Record<string, unknown>;
  result_time: Record<string, unknown>;
}

export interface BatchOutcome {
  readonly body: Record<string, unknown>;
  /** True when the request passed 60 s and the platform cut it: earlier commands stay applied. */
  readonly cut: boolean;
}

/** The v2 batch: sequential, HTTP 200 whatever happens inside, references to earlier results, empty maps as lists. */
export async function runBatch(env: CallEnvironment, params: Params): Promise<BatchOutcome> {
  const commands = Object.entries(readCommands(params['cmd']));
  const halt = ['1', 'true', 'Y'].includes(textOf(params['halt']));
  const collected: Collected = {
    result: {},
    result_error: {},
    result_total: {},
    result_next: {},
    result_time: {},
  };
  let spentMs = 0;
  for (const [index, [key, command]] of commands.entries()) {
    if (spentMs >= REQUEST_CUT_MS) return { body: {}, cut: true };
    try {
      if (index >= MAX_COMMANDS) {
        throw new RestError(400, 'ERROR_BATCH_LENGTH_EXCEEDED', 'Max batch length exceeded');
      }
      spentMs += await runCommand(env, key, command, collected);
    } catch (error) {
      collected.result_error[key] = errorEntry(env, command, error);
      if (halt) break;
    }
  }
  const isList = Array.isArray(params['cmd']);
  const body = Object.fromEntries(
    Object.entries(collected).map(([name, map]) => [name, phpMap(map, isList)]),
  );
  return { body, cut: spentMs >= REQUEST_CUT_MS };
}

/** PHP shows an empty map, and one keyed 0…n-1, as a list. */
function phpMap(map: Record<string, unknown>, isList: boolean): unknown {
  const keys = Object.keys(map);
  if (keys.length === 0) return [];
  if (isList && keys.every((key, i) => key === String(i))) return Object.values(map);
  return map;
}

function readCommands(cmd: unknown): Record<string, unknown> {
  if (typeof cmd !== 'object' || cmd === null) {
    throw new RestError(400, '100', 'Could not find value for parameter {cmd}');
  }
  return Object.fromEntries(Object.entries(cmd));
}

async function runCommand(
  env: CallEnvironment,
  key: string,
  command: unknown,
  collected: Collected,
): Promise<number> {
  env.stats.commands += 1;
  if (typeof command !== 'string') {
    throw new RestError(400, 'ERROR_BATCH_COMMAND', 'A command must be a "method?query" string');
  }
  const question = command.indexOf('?');
  const method = question < 0 ? command : command.slice(0, question);
  if (method.toLowerCase() === 'batch') {
    const text = 'Method is not allowed for batch usage';
    throw new RestError(405, 'ERROR_BATCH_METHOD_NOT_ALLOWED', text);
  }
  const query = question < 0 ? {} : parsePhpQuery(command.slice(question + 1));
  const answer = await callMethod(env, method, resolveReferences(query, collected.result));
  collected.result[key] = answer.result;
  if (answer.total !== undefined) collected.result_total[key] = answer.total;
  if (answer.next !== undefined) collected.result_next[key] = answer.next;
  collected.result_time[key] = answer.time;
  return answer.costMs;
}

function errorEntry(env: CallEnvironment, command: unknown, error: unknown): unknown {
  if (!(error instanceof RestError)) throw error;
  const method = String(command).split('?')[0] ?? '';
  const name = `${method}: ${error.code}`;
  env.stats.errors[name] = (env.stats.errors[name] ?? 0) + 1;
  return { error: error.code, error_description: error.message };
}

const REFERENCE = /\$result((?:\[[^\]]+\])+)/g;
const WHOLE = /^\$result((?:\[[^\]]+\])+)$/;

function resolveReferences(
  params: Readonly<Record<string, unknown>>,
  results: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v)]));
    }
    if (typeof value !== 'string' || !value.includes('$result')) return value;
    const whole = WHOLE.exec(value);
    if (whole) return lookUp(results, whole[1] ?? '') ?? '';
    return value.replace(REFERENCE, (_, path: string) => textOf(lookUp(results, path)));
  };
  return Object.fromEntries(Object.entries(params).map(([k, v]) => [k, resolve(v)]));
}

function lookUp(results: unknown, path: string): unknown {
  let node = results;
  for (const match of path.matchAll(/\[([^\]]+)\]/g)) {
    const key = match[1] ?? '';
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = Reflect.get(node, key);
  }
  return node;
}
