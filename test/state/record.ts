/**
 * Leaves behind what a version of the app leaves behind: its own code sets a sandbox portal up, serves it through a short
 * story, and is cut off with work waiting. `node --import tsx test/state/record.ts <tree of the version> <name>` writes
 * test/fixtures/state/<name>/; how to get such a tree is told in the README there.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { postFrame } from '../support/sandbox-app.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import { keysAsText } from './keys-as-text.ts';
import { OldProcess } from './old-process.ts';
import { CLIENT, MONDAY, SECRET } from './old-state.ts';
import type { Ref } from './people.ts';
import { People, PIPELINE } from './people.ts';
import { tapeRequests } from './tape-requests.ts';

const [tree = '', name = ''] = process.argv.slice(2);
const has = (path: string): boolean => existsSync(join(tree, 'src', path));
const OUT = fileURLToPath(new URL(`../fixtures/state/${name}/`, import.meta.url));
type Told = Record<string, unknown>;

async function story(people: People, old: OldProcess, appUrl: string): Promise<Told> {
  const premature = people.ticket('Не приходит код');
  people.close(premature);
  await people.until(premature, 'C5:PREPARATION');
  const confirmed = await people.ready('Не открывается шлагбаум', {
    'Подтверждение клиента': 'Подтверждено со слов клиента',
    'Чем подтверждено': 'По телефону, 12:40',
  });
  people.close(confirmed);
  await people.until(confirmed, 'C5:WON');
  const waiting = await people.ready('Не видно камеру');
  people.close(waiting);
  await sleep(3000);
  const about = { premature, confirmed, waiting };
  if (!has('app/ask-client.ts')) return about;
  const answered = await people.ready('Не заходит в кабинет');
  people.close(answered);
  const link = await linkSentTo(people, answered);
  const page = await (await fetch(`${appUrl}${link}`)).text();
  const hidden = page.matchAll(/<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"/g);
  const body = new URLSearchParams();
  for (const [, field = '', value = ''] of hidden) body.set(field, value);
  body.set('answer', 'solved');
  await fetch(`${appUrl}${link}`, { method: 'POST', body });
  await people.until(answered, 'C5:WON');
  const later = await people.ready('Не пришёл счёт');
  people.close(later);
  await sleep(3000);
  await old.tell('clock', { now: people.sandbox.clock.now() });
  return { ...about, answered, later, link };
}

async function linkSentTo({ sandbox }: People, ref: Ref): Promise<string> {
  for (let look = 0; look < 200; look += 1) {
    const [chat] = sandbox.control.chats(ref);
    const [link] = /\/c\/[\w-]+/.exec(JSON.stringify(chat?.messages)) ?? [];
    if (link !== undefined) return link;
    await sleep(100);
  }
  throw new Error(`no link was sent for ${ref.id}`);
}

async function install(sandbox: Sandbox, appUrl: string): Promise<void> {
  const scopes = ['crm', 'placement', 'bizproc', 'im', 'user_brief', 'imopenlines', 'task', 'note'];
  const card = { name: 'Closegate', handlerUrl: `${appUrl}/app`, installUrl: `${appUrl}/install` };
  sandbox.apps.register({ ...card, scopes, credentials: CLIENT });
  const page = await postFrame(sandbox.apps.openInstaller(CLIENT.clientId));
  const token = /"token":"([^"]+)"/.exec(page.text)?.[1] ?? '';
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const listed = await fetch(`${appUrl}/api/install/steps`, { headers });
  const { steps } = (await listed.json()) as { steps: { id: string }[] };
  for (const { id } of steps) {
    const body = JSON.stringify({ step: id });
    await fetch(`${appUrl}/api/install/step`, { method: 'POST', headers, body });
  }
  await sandbox.apps.finishInstall(CLIENT.clientId);
}

const tapes = new Map<string, People>();
tapeRequests(tapes);

async function portal(memberId: string): Promise<People> {
  const sandbox = await startSandbox({ seed: 'empty', limits: 'off', now: MONDAY, memberId });
  const people = new People(sandbox);
  tapes.set(new URL(sandbox.url).port, people);
  return people;
}

const redis = await startTestRedis();
const redisUrl = redis.url;
const hooked = await portal('webhooked');
const installed = has('compose-installs.ts')
  ? await portal('0123456789abcdef0123456789abcdef')
  : null;
const now = (): number => hooked.sandbox.clock.now();
const old = new OldProcess(tree);
await old.loaded();

async function setUp(target: { readonly webhookUrl: string; readonly portalId?: string }) {
  const input = { now: now(), redisUrl, pipeline: PIPELINE, ...target };
  process.stdout.write(`setup: ${await old.tell('setup', input)}\n`);
}

/** @returns where the old service answers */
async function start(): Promise<string> {
  const { webhookUrl, eventToken } = hooked.sandbox;
  const oauthOrigins = [installed?.sandbox.oauthUrl ?? ''];
  const options = {
    portal: { id: 'webhook', webhookUrl, eventTokens: [eventToken] },
    app: installed && { ...CLIENT, oauthOrigins, oldSecrets: [] },
    redisUrl,
    secret: SECRET,
    tuning: { sweepEveryMs: 500, budget: { capacity: 5000, drainPerSecond: 1000 } },
  };
  const url = `http://127.0.0.1:${await old.tell('start', { now: now(), options })}`;
  const events = ['ONCRMDEALADD', 'ONCRMDEALUPDATE'];
  hooked.sandbox.subscribe({ handlerUrl: `${url}/events`, token: eventToken, events });
  return url;
}

async function storyOfInstalled(people: People, appUrl: string): Promise<Told> {
  const { memberId: portalId, webhookUrl } = people.sandbox;
  await install(people.sandbox, appUrl);
  await setUp({ webhookUrl, portalId });
  const premature = people.ticket('Не приходит код');
  people.close(premature);
  await people.until(premature, 'C5:PREPARATION');
  if (has('redis/template-store.ts')) await old.tell('pages', { redisUrl, portalId, now: now() });
  return { portalId, premature };
}

/** Closed while nobody looks. */
async function closedUnseen(people: People): Promise<Ref> {
  const unseen = people.ticket('Закрыт, пока никто не смотрел');
  await sleep(1100);
  people.close(unseen);
  return unseen;
}

const standing = (people: People | null): readonly unknown[] =>
  (people?.sandbox.control.tickets(2) ?? []).map(({ id, stageId, movedTime, createdTime }) => ({
    id,
    stageId,
    movedTime,
    createdTime,
  }));

async function keep(about: Told): Promise<void> {
  const client = new Redis(redisUrl);
  mkdirSync(OUT, { recursive: true });
  const put = (file: string, text: string): void => writeFileSync(join(OUT, file), text);
  put('keys.ndjson', await keysAsText(client));
  put('portal.ndjson', hooked.tape());
  if (installed) put('installed.ndjson', installed.tape());
  put('about.json', `${JSON.stringify(about, null, 2)}\n`);
  client.disconnect();
}

await setUp({ webhookUrl: hooked.sandbox.webhookUrl });
const appUrl = await start();
const about = await story(hooked, old, appUrl);
const installedStory = installed && (await storyOfInstalled(installed, appUrl));
await sleep(2000);
await old.end('SIGKILL');
about['unseen'] = await closedUnseen(hooked);
if (installed) about['installed'] = { ...installedStory, unseen: await closedUnseen(installed) };
await keep({ ...about, endedAt: now(), tickets: [standing(hooked), standing(installed)] });
await redis.remove();
await hooked.sandbox.close();
await installed?.sandbox.close();
