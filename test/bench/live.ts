/** Single premature closings while something large is being worked off: how long until the card is back. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { closeMany } from '../../src/app/close-many.ts';
import { composeTools } from '../../src/compose-tools.ts';
import { demoCredentials, installOnSandbox } from '../../src/demo-install.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { median, quantile } from './arithmetic.ts';
import {
  CLOSED_STAGE,
  PIPELINE,
  PORTAL,
  quiet,
  REQUESTS,
  SECRET,
  setUp,
  startBenchPortal,
} from './bench-portal.ts';
import type { Ref } from './bench-portal.ts';
import { startProcess } from '../soak/service-process.ts';
import { freePort } from '../support/free-port.ts';
import type { StormOrder, StormWish } from './storm-portal.ts';

export interface Waits {
  readonly probes: number;
  readonly p50: number;
  readonly p95: number;
  readonly worst: number;
}

export interface UnderBulk {
  readonly rest: Waits;
  readonly busy: Waits;
  /** Bulk tickets worked off when the last single one was back, of all. */
  readonly worked: number;
  readonly bulk: number;
}

const PROBES = 12;
const REST_PROBES = 5;
const EVERY_MS = 2000;
/** The whole bucket. */
const DRAIN_MS = 25_000;
const AGENT = 2;
const BULK_CLOSED = 'DT1034_12:SUCCESS';
const BULK_WORK = 'DT1034_12:PREPARATION';
const PATIENCE_MS = 120_000;

/** From the save on the portal until the stage is written back, ms. */
async function closeAndWait({ control }: Sandbox, ref: Ref): Promise<number> {
  const from = performance.now();
  control.moveTicket(ref, CLOSED_STAGE, AGENT);
  while (control.ticket(ref).stageId === CLOSED_STAGE) {
    if (performance.now() - from > PATIENCE_MS) return PATIENCE_MS;
    await sleep(2);
  }
  return performance.now() - from;
}

/** One every so often whether or not the one before is back, so that a slow answer is not hidden by fewer questions. */
async function probe(sandbox: Sandbox, refs: readonly Ref[]): Promise<Waits> {
  const running: Promise<number>[] = [];
  for (const ref of refs) {
    running.push(closeAndWait(sandbox, ref));
    await sleep(EVERY_MS);
  }
  return waitsOf(await Promise.all(running));
}

function someTickets({ control }: Sandbox, count: number): readonly Ref[] {
  const wanted = { ...PIPELINE, title: 'A live one', assignedById: AGENT };
  const refs = control.bulkCreate(count, wanted, AGENT);
  for (const ref of refs) control.moveTicket(ref, 'C5:PREPARATION', AGENT);
  return refs;
}

/** `moves`: all are closed too early by robots at once; `mass-closing`: a person closes them all through the app. */
export async function underBulk(
  redisUrl: string,
  kind: 'moves' | 'mass-closing',
  bulk = 5000,
): Promise<UnderBulk> {
  const portal = await startBenchPortal(redisUrl, { pipelines: [PIPELINE, REQUESTS] });
  const { sandbox } = portal;
  const { control } = sandbox;
  sandbox.faults.delayMs = [0, 0];
  try {
    const live = someTickets(sandbox, REST_PROBES + PROBES);
    const wanted = { ...REQUESTS, title: 'One of many', assignedById: AGENT };
    const many = control.bulkCreate(bulk, wanted, AGENT);
    for (const ref of many) control.moveTicket(ref, BULK_WORK, AGENT);
    await portal.connect();
    await portal.drained();
    const rest = await probe(sandbox, live.slice(0, REST_PROBES));
    let done = 0;
    const stop = { now: false };
    if (kind === 'moves') for (const ref of many) control.moveTicket(ref, BULK_CLOSED, AGENT);
    const closing =
      kind === 'moves'
        ? Promise.resolve()
        : closeThemAll(sandbox, redisUrl, (count) => {
            done = count;
            if (stop.now) throw new Error('enough');
          });
    // Past the burst, where every request has to wait for room.
    await sleep(8000);
    const busy = await probe(sandbox, live.slice(REST_PROBES));
    if (kind === 'moves')
      done = many.filter((ref) => control.ticket(ref).stageId !== BULK_CLOSED).length;
    stop.now = true;
    await closing;
    return { rest, busy, worked: done, bulk };
  } finally {
    await portal.close();
  }
}

/** As `npm run close` does it, until `progress` throws. */
async function closeThemAll(
  { webhookUrl }: Sandbox,
  redisUrl: string,
  progress: (done: number) => void,
): Promise<void> {
  const tools = await composeTools({
    webhookUrl,
    redisUrl,
    dataDir: '',
    portalId: PORTAL,
    links: { secret: SECRET, publicUrl: 'https://gate.example' },
  });
  try {
    if (tools.client === null) throw new Error('no client side');
    const deps = { ...tools.client(), massClosings: tools.massClosings };
    const choice = { kind: 'stage', pipeline: REQUESTS, stageId: BULK_WORK } as const;
    await closeMany(PORTAL, choice, deps, progress);
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'enough') throw error;
  } finally {
    await tools.close();
  }
}

export interface Neighbour {
  readonly rest: Waits;
  readonly beside: Waits;
  /** Tickets of each storm. */
  readonly storm: number;
  readonly storms: number;
  /** The median of them. */
  readonly stormSeconds: number;
}

const STORM_SCRIPT = fileURLToPath(new URL('./storm-portal.ts', import.meta.url));
const SCOPES = ['crm', 'placement', 'bizproc', 'im', 'user_brief', 'imopenlines', 'task', 'note'];

/** Each closes one ticket in a round, so that neither the echo of a return nor the requests of the one before hold the next one up. */
const NEIGHBOURS = 6;
const ROUNDS = 3;
const NEIGHBOUR_EVERY_MS = 500;

interface Neighbourhood {
  readonly sandboxes: readonly Sandbox[];
  /** Of each one, for the rounds at rest and then for those beside a storm. */
  readonly tickets: ReadonlyMap<Sandbox, readonly Ref[]>;
}

/** One closing of each neighbour after another; those that would begin when `over` are left out. */
async function probeEach(
  { sandboxes, tickets }: Neighbourhood,
  number: number,
  over: () => boolean = () => false,
): Promise<readonly number[]> {
  const running: Promise<number>[] = [];
  for (const sandbox of sandboxes) {
    const ref = tickets.get(sandbox)?.[number];
    if (ref && !over()) running.push(closeAndWait(sandbox, ref));
    await sleep(NEIGHBOUR_EVERY_MS);
  }
  return Promise.all(running);
}

const waitsOf = (times: readonly number[]): Waits => ({
  probes: times.length,
  p50: median(times),
  p95: quantile(times, 0.95),
  worst: Math.max(...times),
});

async function startNeighbour(redisUrl: string): Promise<Sandbox> {
  const sandbox = await startSandbox({ seed: 'empty' });
  sandbox.faults.delayMs = [0, 0];
  await setUp(sandbox, redisUrl, { portalId: sandbox.memberId, pipelines: [PIPELINE] });
  return sandbox;
}

/**
 * Portals on one service; the one that closes everything at once, the service, and the neighbours have a process each. The neighbours
 * close one ticket now and then, first at rest and then while the storm lasts.
 */
export async function besideStorm(redisUrl: string, storm = 1000): Promise<Neighbour> {
  const wish: StormWish = { redisUrl, tickets: storm, storms: ROUNDS };
  const stormy = fork(STORM_SCRIPT, [JSON.stringify(wish)], { execArgv: ['--import', 'tsx'] });
  const readyToRead = once(stormy, 'message');
  const sandboxes: Sandbox[] = [];
  for (let n = 0; n < NEIGHBOURS; n += 1) sandboxes.push(await startNeighbour(redisUrl));
  const told = await readyToRead;
  const [{ ready }] = told as [{ readonly ready: { readonly oauthUrl: string } }];
  const credentials = demoCredentials();
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  const oauthUrls = [ready.oauthUrl, ...sandboxes.map(({ oauthUrl }) => oauthUrl)];
  const service = await startProcess({
    name: 'service',
    env: {
      REDIS_URL: redisUrl,
      B24_CLIENT_ID: credentials.clientId,
      B24_CLIENT_SECRET: credentials.clientSecret,
      B24_OAUTH_HOSTS: oauthUrls.map((url) => new URL(url).host).join(','),
      PUBLIC_URL: appUrl,
      APP_SECRET: SECRET,
      PORT: String(port),
      NODE_ENV: 'production',
    },
    readyUrl: `${appUrl}/readyz`,
  });
  const install = { appUrl, name: 'Closegate', credentials, scopes: SCOPES };
  const order = (what: StormOrder): Promise<unknown[]> => {
    const answer = once(stormy, 'message');
    stormy.send(what);
    return answer;
  };
  try {
    await order({ install });
    const tickets = new Map<Sandbox, readonly Ref[]>();
    for (const sandbox of sandboxes) {
      await installOnSandbox(sandbox, install);
      tickets.set(sandbox, someTickets(sandbox, 2 * ROUNDS));
      await quiet(sandbox, 2000);
    }
    return { ...(await inTurns({ sandboxes, tickets }, order)), storm };
  } finally {
    stormy.disconnect();
    await service.stop();
    for (const sandbox of sandboxes) await sandbox.close();
  }
}

async function inTurns(
  neighbours: Neighbourhood,
  order: (what: StormOrder) => Promise<unknown[]>,
): Promise<Omit<Neighbour, 'storm'>> {
  const rest: number[] = [];
  const beside: number[] = [];
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await sleep(DRAIN_MS);
    rest.push(...(await probeEach(neighbours, round)));
    let over = false;
    const ended = order({ storm: round }).finally(() => (over = true));
    beside.push(...(await probeEach(neighbours, ROUNDS + round, () => over)));
    const [{ seconds }] = (await ended) as [{ readonly seconds: number }];
    took.push(seconds);
  }
  return {
    rest: waitsOf(rest),
    beside: waitsOf(beside),
    storms: ROUNDS,
    stormSeconds: median(took),
  };
}
