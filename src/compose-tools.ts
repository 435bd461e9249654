/** The composition of the command-line tools: the same parts the service runs on. Part of the composition root. */
import type { Log, RequestSeen } from './app/ports/runtime.ts';
import type { PortalTools, Tools, ToolsInput } from './app/ports/tools.ts';
import { fieldSpecs } from './app/field-specs.ts';
import { createClock } from './clock.ts';
import { composeClientSide, composeDocuments, createCalendarProbe } from './compose-client.ts';
import { createCalendarLook } from './calendar-look.ts';
import { composeKnowledge } from './compose-knowledge.ts';
import { attachPortal, openStore, WEBHOOK_PORTAL } from './compose-store.ts';
import type { Foundation } from './compose-store.ts';
import { portalOfCommand } from './compose-target.ts';
import { createLog } from './log.ts';
import { createRequestLog } from './measures/request-log.ts';
import type { RequestLog } from './measures/request-log.ts';
import { createClientJobs } from './queue/client-jobs.ts';
import type { ClientJobs } from './queue/client-jobs.ts';
import { provideRedis } from './redis/embedded-redis.ts';
import { createClientRecords } from './redis/client-records.ts';
import { createDoctorNotes } from './redis/doctor-notes.ts';
import { createJournalArchive } from './redis/journal-archive.ts';
import { createMassClosings } from './redis/mass-closings.ts';
import { createOutbox } from './redis/outbox.ts';
import { probePersistence } from './redis/persistence-probe.ts';
import { createPolicyArchive } from './redis/policy-archive.ts';
import { readPolicyDocument } from './redis/policy-documents.ts';
import { createEventCounters } from './redis/ring-store.ts';
import { createRunLog } from './redis/run-log.ts';
import { createSuppressedReplies } from './redis/suppressed-replies.ts';
import { roleHints } from './text/catalog.ts';
import { fieldLabel } from './text/field-labels.ts';

/** What the command-line tools work with; the same parts the service runs on. */
export async function composeTools(input: ToolsInput): Promise<Tools> {
  const log = createLog('warn', 'stderr');
  const clock = createClock();
  const redis = await provideRedis({
    ...(input.redisUrl === null ? {} : { redisUrl: input.redisUrl }),
    dataDir: input.dataDir,
    log,
  });
  const { retention } = input;
  const opened = await openStore({ redisUrl: redis.url, log, clock, retention });
  const requests = openRequests(input, log);
  const budget = { ...opened.budget, seen: (one: RequestSeen) => requests.write(one) };
  const store = { ...opened, budget };
  const { portalId, portal } = await portalOfCommand(store, input).catch(async (error: unknown) => {
    await store.connections.close();
    await redis.close();
    throw error;
  });
  const shell = attachPortal(store, portal, { portalId });
  await shell.texts.refresh();
  const operator = operatorTools(shell, { ...input, portalId });
  return {
    ...portalTools(shell, { portalId, memoryOnly: redis.kind === 'memory' }),
    ...operator.tools,
    async close() {
      await operator.close();
      await requests.close();
      await shell.connections.close();
      await redis.close();
    },
  };
}

/** All commands of a day write one file; a folder that is of no use is told and stops none of them. */
function openRequests({ requestLog }: ToolsInput, log: Log): RequestLog {
  if (!requestLog) return { write: () => undefined, close: async () => undefined };
  return createRequestLog({ ...requestLog, role: 'command', now: () => Date.now(), log });
}

/** What is the same for a command and for a page of an installed portal. */
export function portalTools(
  shell: Foundation,
  { portalId, memoryOnly }: { readonly portalId: string; readonly memoryOnly: boolean },
): Omit<PortalTools, 'lists' | 'client'> {
  const { connections, keys, gate, portal, policies } = shell;
  const { producer } = connections;
  return {
    portalId,
    setup: portal.setup,
    probe: portal.probe,
    past: portal.past,
    knowledge: composeKnowledge(shell),
    documents: composeDocuments(shell),
    words: gate.words,
    templates: { ...shell.templates, inForce: shell.texts },
    policies,
    journal: gate.journal,
    ...recordsOf(shell),
    storeProbe: {
      standing: async () => ({ ...(await probePersistence(producer)), memoryOnly }),
    },
    eventCounters: createEventCounters(producer, keys),
    calendar: createCalendarProbe(portal),
    settings: portal.settings,
    lookAtCalendar: createCalendarLook(portal),
    readDocument: readPolicyDocument,
    fieldSpecs: fieldSpecs(fieldLabel),
    roleHints: roleHints(),
    clock: gate.clock,
    suppressed: createSuppressedReplies(producer, keys, gate.log),
    outbox: createOutbox({ redis: producer, keys, log: gate.log }),
    runs: createRunLog(producer, keys),
    doctorNotes: createDoctorNotes(producer, keys),
  };
}

/** What is kept for a report, a question after the fact, or a client who wants to be forgotten. */
function recordsOf({ connections: { producer }, keys, gate: { log }, portal }: Foundation) {
  return {
    archive: createJournalArchive(producer, keys, log),
    policyArchive: createPolicyArchive(producer, keys, log),
    clientRecords: createClientRecords(producer, keys, log),
    massClosings: createMassClosings(producer, keys),
    ticketsOfClient: portal.ticketsOfClient,
  };
}

const CLOSE_MS = 2000;

/** What an operator looks at and sets right; queues are opened only for what needs them. */
function operatorTools(shell: Foundation, { links, portalId = WEBHOOK_PORTAL }: ToolsInput) {
  const { producer, worker } = shell.connections;
  const { clock, log } = shell.gate;
  let jobs: ClientJobs | null = null;
  const clientDeps = ({ secret, publicUrl }: NonNullable<ToolsInput['links']>) => {
    jobs ??= createClientJobs({ producer, worker, timerNames: shell.timerNames, clock, log });
    return composeClientSide({ ...shell, portalId, jobs, secret, publicUrl: () => publicUrl });
  };
  const tools: Pick<Tools, 'lists' | 'client'> = {
    // Signs nothing.
    lists: () => clientDeps({ secret: '', publicUrl: '' }),
    client: links === undefined ? null : () => clientDeps(links),
  };
  return { tools, close: async () => jobs?.close(CLOSE_MS) };
}
