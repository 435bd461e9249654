/** Looks the installation over: findings as data, each check on its own, none hiding another. */
import type { ClosingPolicy } from '../core/policy.ts';
import { AppError } from '../errors.ts';
import {
  checkCalendar,
  checkClock,
  checkFields,
  checkOutbox,
  checkRedis,
  checkRights,
  checkScopes,
  checkStages,
  checkTemplates,
  checkToken,
  checkWebhook,
} from './doctor-checks.ts';
import type { TemplateProblems } from './doctor-checks.ts';
import { checkEvents } from './doctor-events.ts';
import type { DoctorCheck, Finding } from './doctor-findings.ts';
import { askOnce } from './doctor-memo.ts';
import { DOCTOR_FINDINGS, finding, isDoctorCheck } from './doctor-findings.ts';
import { checkAppScopes, checkGrant, checkHandlers, checkPayment } from './doctor-installed.ts';
import type { Answers } from './doctor-traps.ts';
import { checkAutomation, checkHoles, checkPeople, checkRequired } from './doctor-traps.ts';
import type { Outbox } from './ports/client.ts';
import type { AppProbe, DoctorNotes } from './ports/doctor.ts';
import type { JournalArchive } from './ports/journal.ts';
import type { EventCounters } from './ports/rings.ts';
import type { Clock } from './ports/runtime.ts';
import type { PortalProbe, SetupGateway } from './ports/setup.ts';
import type { PolicyStore } from './ports/state.ts';
import type { CalendarProbe, StoreProbe } from './ports/tools.ts';

/** One check may take this long, waiting for its turn included; the round trip of an event has its own time. */
const CHECK_MS = 30_000;
const EVENT_WAIT_MS = 20_000;
const AT_ONCE = 4;
const BUSY_MS = 500;

export interface DoctorDeps {
  readonly portalId: string;
  readonly probe: PortalProbe;
  readonly setup: Pick<SetupGateway, 'listPipelines'>;
  readonly policies: PolicyStore;
  readonly archive: Pick<JournalArchive, 'newest'>;
  readonly storeProbe: StoreProbe;
  readonly eventCounters: EventCounters;
  readonly clock: Clock;
  readonly calendar: CalendarProbe;
  readonly outbox: Pick<Outbox, 'standing'>;
  readonly doctorNotes: DoctorNotes;
  /** What an installed app knows of itself; absent: the portal is reached through a webhook. */
  readonly app?: AppProbe | undefined;
  /** Absent: nothing of the texts can be changed on this installation. */
  readonly templateProblems?: TemplateProblems | undefined;
}

export interface DoctorOptions {
  readonly eventTokenCount: number;
  /** Where the portal should send events, for the remedy's text. */
  readonly eventUrl: string;
  /** false: nothing is written to the portal, so delivery is not tried. */
  readonly write: boolean;
  /** The sandbox portal, whose clock visitors move. */
  readonly demo: boolean;
  /** Absent: all there are. */
  readonly only?: readonly DoctorCheck[];
  readonly checkMs?: number;
  readonly eventWaitMs?: number;
}

/** `portal-denied insufficient_scope`: codes only, never the other side's text. */
function detailOf(error: unknown): string {
  if (!(error instanceof AppError)) return 'unexpected';
  return error.detail ? `${error.code} ${error.detail}` : error.code;
}

async function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new AppError('portal-unreachable', 'Try again later.', { detail: 'timeout' }));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

type FailingCheck = Exclude<DoctorCheck, 'token'>;
type Findings = Promise<readonly Finding[]>;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs one check; whatever goes wrong in it becomes its own finding. */
async function attempt(
  check: FailingCheck,
  work: () => Promise<readonly Finding[]>,
  ms: number,
): Findings {
  let over = false;
  const patiently = async (): Findings => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        // A portal that is busy is not a broken one: its turn comes, or the check's time ends.
        if (over || !(error instanceof AppError) || error.code !== 'portal-rate-limited')
          throw error;
        await pause(Math.max(error.retryAfterMs, BUSY_MS));
      }
    }
  };
  try {
    return await withinTime(patiently(), ms);
  } catch (error) {
    return [finding(check, 'failed', { detail: detailOf(error) })];
  } finally {
    over = true;
  }
}

interface PoliciesRead {
  readonly policies: readonly ClosingPolicy[];
  readonly findings: readonly Finding[];
}

async function readPolicies(deps: DoctorDeps, ms: number): Promise<PoliciesRead> {
  try {
    const policies = await withinTime(deps.policies.list(deps.portalId), ms);
    return {
      policies,
      findings: [
        policies.length > 0
          ? finding('policies', 'ok', { count: policies.length })
          : finding('policies', 'none'),
      ],
    };
  } catch (error) {
    const invalid = error instanceof AppError && error.code === 'policy-invalid';
    return {
      policies: [],
      findings: [
        invalid
          ? finding('policies', 'invalid')
          : finding('policies', 'failed', { detail: detailOf(error) }),
      ],
    };
  }
}

/** What a check works with. */
interface Visit {
  readonly deps: DoctorDeps;
  readonly options: DoctorOptions;
  readonly policies: readonly ClosingPolicy[];
  readonly answers: Answers;
  readonly ms: number;
}

type Work = (visit: Visit) => Findings;
type PolicyWork = (policy: ClosingPolicy, visit: Visit) => Findings;

const whole =
  (check: FailingCheck, work: Work): Work =>
  (visit) =>
    attempt(check, () => work(visit), visit.ms);

/** Each pipeline on its own: what one of them cannot be asked does not hide the others. */
const perPolicy =
  (check: FailingCheck, work: PolicyWork): Work =>
  async (visit) =>
    (
      await Promise.all(
        visit.policies.map((policy) => attempt(check, () => work(policy, visit), visit.ms)),
      )
    ).flat();

const ofApp =
  (check: FailingCheck, work: (app: AppProbe, visit: Visit) => Findings): Work =>
  (visit) => {
    const { app } = visit.deps;
    return app ? attempt(check, () => work(app, visit), visit.ms) : Promise.resolve([]);
  };

const CHECKS: Readonly<Record<Exclude<DoctorCheck, 'policies'>, Work>> = {
  webhook: whole('webhook', ({ deps }) => checkWebhook(deps.probe)),
  token: ({ options }) => Promise.resolve(checkToken(options.eventTokenCount)),
  grant: ofApp('grant', (app, { deps }) => checkGrant(app, deps.clock.now())),
  payment: ofApp('payment', checkPayment),
  handlers: ofApp('handlers', checkHandlers),
  scopes: whole('scopes', ({ deps: { app, probe }, policies }) =>
    app ? checkAppScopes(app, probe) : checkScopes(probe, policies),
  ),
  rights: whole('rights', ({ deps, policies }) => checkRights(deps.probe, policies)),
  redis: whole('redis', ({ deps }) => checkRedis(deps.storeProbe)),
  fields: perPolicy('fields', (policy, { deps }) => checkFields(deps.probe, policy)),
  required: perPolicy('required', (policy, { deps, answers }) =>
    checkRequired(deps, policy, { answers, now: deps.clock.now() }),
  ),
  stages: perPolicy('stages', (policy, { deps }) => checkStages(deps.probe, policy)),
  holes: whole('holes', ({ deps, policies }) => checkHoles(deps, policies)),
  automation: perPolicy('automation', (policy, { deps, answers }) =>
    checkAutomation(deps.probe, policy, answers),
  ),
  people: perPolicy('people', (policy, { deps }) => checkPeople(deps.probe, policy)),
  calendar: perPolicy('calendar', (policy, { deps }) =>
    checkCalendar(deps.calendar, policy, deps.clock),
  ),
  templates: whole('templates', ({ deps }) => checkTemplates(deps.templateProblems)),
  outbox: whole('outbox', ({ deps }) => checkOutbox(deps.outbox, deps.portalId, deps.clock)),
  clock: whole('clock', ({ deps, options }) => checkClock(deps.probe, deps.clock, options.demo)),
  events: (visit) => {
    const { deps, options, policies, ms } = visit;
    const waitMs = options.eventWaitMs ?? EVENT_WAIT_MS;
    const eventMs = ms + waitMs * (policies.length + 1);
    return attempt('events', () => checkEvents(policies, deps, { ...options, waitMs }), eventMs);
  },
};

const OF_WEBHOOK: readonly DoctorCheck[] = ['webhook', 'token'];
const OF_APP: readonly DoctorCheck[] = ['grant', 'payment', 'handlers'];

/** The checks this installation has, in the order they are told. */
export function checksOf({ app, templateProblems }: Pick<DoctorDeps, 'app' | 'templateProblems'>) {
  const idle = [...(app ? OF_WEBHOOK : OF_APP), ...(templateProblems ? [] : ['templates'])];
  return Object.keys(DOCTOR_FINDINGS)
    .filter(isDoctorCheck)
    .filter((check) => !idle.includes(check));
}

async function readAnswers({ doctorNotes, portalId }: DoctorDeps, ms: number): Promise<Answers> {
  try {
    return await withinTime(doctorNotes.answers(portalId), ms);
  } catch {
    // The store's own check says what is wrong with it; a question is asked once more.
    return new Map();
  }
}

/** A few at a time, in order: all together would wait for each other's share of the portal's requests. */
async function someAtOnce(
  checks: readonly DoctorCheck[],
  run: (check: DoctorCheck) => Findings,
): Promise<readonly (readonly Finding[])[]> {
  const found = new Map<DoctorCheck, readonly Finding[]>();
  const left = [...checks];
  const worker = async (): Promise<void> => {
    for (let check = left.shift(); check !== undefined; check = left.shift()) {
      found.set(check, await run(check));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return checks.map((check) => found.get(check) ?? []);
}

/** Runs the checks and returns all findings in a fixed order; never throws for what a check meets. */
export async function diagnose(
  deps: DoctorDeps,
  options: DoctorOptions,
): Promise<readonly Finding[]> {
  const ms = options.checkMs ?? CHECK_MS;
  const [{ policies, findings }, answers] = await Promise.all([
    readPolicies(deps, ms),
    readAnswers(deps, ms),
  ]);
  const visit: Visit = { deps: { ...deps, ...askOnce(deps) }, options, policies, answers, ms };
  const wanted = checksOf(deps).filter((check) => options.only?.includes(check) ?? true);
  const run = (check: DoctorCheck): Findings =>
    check === 'policies' ? Promise.resolve(findings) : CHECKS[check](visit);
  const reading = wanted.filter((check) => check !== 'events');
  const read = await someAtOnce(reading, run);
  // Last, on a portal that is not being asked anything else.
  const events = wanted.includes('events') ? await run('events') : [];
  return [...read.flat(), ...events];
}
