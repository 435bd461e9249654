/** The service as it runs in production: processes of its own, started by its entry point and its environment. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeOrder, Sample } from './probe.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROBE = fileURLToPath(new URL('./probe.ts', import.meta.url));
const START_MS = 60_000;

/** Lines of its log by level and words, counted. */
export type LogCounts = ReadonlyMap<string, number>;

export interface ServiceProcess {
  readonly name: string;
  sample(): Promise<Sample>;
  snapshot(file: string): Promise<void>;
  /** Lines of level `warn` and above so far. */
  readonly complaints: LogCounts;
  /** TERM, as an operator ends it; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface ProcessWish {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 when the process is at work. */
  readonly readyUrl: string;
}

export async function startProcess({ name, env, readyUrl }: ProcessWish): Promise<ServiceProcess> {
  const complaints = new Map<string, number>();
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', '--import', PROBE, 'src/main.ts'],
    {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  if (child.stdout) countLines(child.stdout, complaints);
  await ready(child, readyUrl);
  return {
    name,
    complaints,
    sample: () => ask(child, { kind: 'sample' }),
    async snapshot(file) {
      await ask(child, { snapshot: file });
    },
    async stop() {
      if (child.exitCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}

async function ask(child: ChildProcess, order: ProbeOrder): Promise<Sample> {
  const answer = once(child, 'message');
  child.send(order);
  const [sample] = (await answer) as [Sample];
  return sample;
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const giveUpAt = performance.now() + START_MS;
  while (performance.now() < giveUpAt && child.exitCode === null) {
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await sleep(200);
  }
  child.kill('SIGKILL');
  throw new Error(`the service did not become ready at ${url}`);
}

interface LogLine {
  readonly level?: number;
  readonly msg?: string;
  readonly code?: string;
  readonly detail?: string;
}

const WARN = 40;

function countLines(stream: NodeJS.ReadableStream, counts: Map<string, number>): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const words = complaintOf(line);
      if (words !== null) counts.set(words, (counts.get(words) ?? 0) + 1);
    }
  });
}

function complaintOf(line: string): string | null {
  try {
    const { level, msg, code, detail } = JSON.parse(line) as LogLine;
    if (Number(level) < WARN) return null;
    return [level, msg, code, detail].filter((part) => part !== undefined).join(' · ');
  } catch {
    return line === '' ? null : `not JSON: ${line.slice(0, 80)}`;
  }
}
