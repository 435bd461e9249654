/** Names for a report: people and pipelines. A portal that does not answer leaves their numbers. */
import { pipelineKey } from '../../core/policy.ts';
import type { DayCounters } from '../../core/report/counters.ts';
import { NO_PIPELINE } from '../../core/report/counters.ts';
import { AppError } from '../../errors.ts';
import type { AdminDeps, AdminUser } from './admin-deps.ts';

export interface ReportNames {
  readonly person: (id: number) => string;
  readonly pipelines: readonly { readonly key: string; readonly name: string }[];
  /** The portal is slow to tell names: numbers stand in their place, and the names are there the next time. */
  readonly late: boolean;
}

/** Figures do not wait longer than this for the names beside them. */
const PATIENCE_MS = 1500;
/** Names seldom change, and each look costs the portal a request. */
const KNOWN_MS = 10 * 60_000;

interface Known {
  readonly people: Map<number, { readonly name: string; readonly at: number }>;
  pipelines: { readonly names: ReadonlyMap<string, string>; readonly at: number } | null;
}

const known = new WeakMap<AdminDeps, Known>();

export async function reportNames(
  ids: readonly number[],
  days: readonly DayCounters[],
  {
    user: { language },
    deps,
  }: { readonly user: Pick<AdminUser, 'language'>; readonly deps: AdminDeps },
): Promise<ReportNames> {
  const keys = new Set([
    ...(await policyKeys(deps)),
    ...days.map(({ pipeline }) => pipeline).filter((key) => key !== NO_PIPELINE),
  ]);
  const asked = Promise.all([peopleNames(ids, deps), pipelineNames([...keys], deps)]);
  const told = await inTime(asked);
  const [people, pipelines] = told ?? [new Map<number, string>(), new Map<string, string>()];
  return {
    person: (id) => {
      if (id === 0) return deps.say(language, 'report.nobody');
      const name = people.get(id) ?? '';
      return name === '' ? deps.say(language, 'report.person', { id }) : name;
    },
    pipelines: [...keys]
      .map((key) => ({ key, name: pipelines.get(key) ?? key }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    late: told === null,
  };
}

/** null when it takes too long; it goes on, and what it finds is remembered. */
async function inTime<T>(asked: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  // Nobody may be waiting any more when it fails.
  asked.catch(() => undefined);
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Names by id; those the portal does not tell are left out. */
export async function peopleNames(
  ids: readonly number[],
  deps: AdminDeps,
): Promise<ReadonlyMap<number, string>> {
  const { people } = knownOf(deps);
  const now = deps.tools.clock.now();
  const missing = ids.filter((id) => id > 0 && !(now - (people.get(id)?.at ?? 0) < KNOWN_MS));
  if (missing.length > 0) {
    const found = await unlessAway(() => deps.tools.past.staffNames(missing));
    for (const id of found === null ? [] : missing) {
      people.set(id, { name: found?.get(id) ?? '', at: now });
    }
  }
  return new Map(ids.map((id) => [id, people.get(id)?.name ?? '']));
}

/** Names by key (`2:5`); what the portal does not tell is told by its key. */
export async function pipelineNames(
  keys: readonly string[],
  deps: AdminDeps,
): Promise<ReadonlyMap<string, string>> {
  const own = knownOf(deps);
  const now = deps.tools.clock.now();
  if (own.pipelines === null || now - own.pipelines.at >= KNOWN_MS) {
    const types = [...new Set(keys.map((key) => Number(key.split(':')[0])))];
    const found = await unlessAway(async () => {
      const lists = await Promise.all(types.map((type) => deps.tools.setup.listPipelines(type)));
      return new Map(lists.flat().map((one) => [pipelineKey(one), one.name]));
    });
    if (found !== null) own.pipelines = { names: found, at: now };
  }
  return own.pipelines?.names ?? new Map();
}

async function policyKeys({ portalId, tools }: AdminDeps): Promise<readonly string[]> {
  try {
    return (await tools.policies.list(portalId)).map(({ pipeline }) => pipelineKey(pipeline));
  } catch (error) {
    if (error instanceof AppError && error.code === 'policy-invalid') return [];
    throw error;
  }
}

function knownOf(deps: AdminDeps): Known {
  const own = known.get(deps) ?? { people: new Map(), pipelines: null };
  known.set(deps, own);
  return own;
}

/** null while the portal does not answer or refuses. */
async function unlessAway<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
