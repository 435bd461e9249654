/**
 * A portal in a process of its own that has a storm: its own work must not hold up the event loop in which another portal's wait is measured.
 * Forked by live.ts; answers `{ ready }`, then `{ installed }`, then for each storm `{ seconds }` when everything is back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { installOnSandbox } from '../../src/demo-install.ts';
import type { DemoInstall } from '../../src/demo-install.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { CLOSED_STAGE, hireTeam, PIPELINE, quiet, setUp } from './bench-portal.ts';

export interface StormWish {
  readonly redisUrl: string;
  /** Of each storm. */
  readonly tickets: number;
  readonly storms: number;
}

/** The child's words. */
export type StormWord =
  | { readonly ready: { readonly oauthUrl: string } }
  | { readonly installed: true }
  | { readonly seconds: number };
export type StormOrder = { readonly install: DemoInstall } | { readonly storm: number };

const wish = JSON.parse(process.argv[2] ?? '{}') as StormWish;
const AGENTS = 20;
const sandbox = await startSandbox({ seed: 'empty' });
const { control } = sandbox;
const say = (word: StormWord): void => void process.send?.(word);

await setUp(sandbox, wish.redisUrl, { portalId: sandbox.memberId, pipelines: [PIPELINE] });
const agents = hireTeam(sandbox, AGENTS, wish.tickets * wish.storms);

/** Tickets that no earlier storm closed. */
async function storm(number: number): Promise<number> {
  const share = wish.tickets / AGENTS;
  const mine = agents.map(({ userId, tickets }) => ({
    userId,
    tickets: tickets.slice(number * share, (number + 1) * share),
  }));
  const from = performance.now();
  for (const { userId, tickets } of mine)
    for (const ref of tickets) control.moveTicket(ref, CLOSED_STAGE, userId);
  const all = mine.flatMap(({ tickets }) => tickets);
  while (all.some((ref) => control.ticket(ref).stageId === CLOSED_STAGE)) await sleep(50);
  return (performance.now() - from) / 1000;
}

async function carryOut(order: StormOrder): Promise<void> {
  if ('storm' in order) return say({ seconds: await storm(order.storm) });
  await installOnSandbox(sandbox, order.install);
  await quiet(sandbox, 2000);
  say({ installed: true });
}

process.on('message', (order) => void carryOut(order as StormOrder));
process.on('disconnect', () => process.exit(0));
say({ ready: { oauthUrl: sandbox.oauthUrl } });
