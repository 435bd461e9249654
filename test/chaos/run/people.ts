/** Agents and clients of a chaos run: each ticket has somebody who plays its story, and everything done is written down. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ref } from '../scene.ts';
import type { Message, Stage, Step, Story } from './plan.ts';
import { stepText } from './plan.ts';
import type { World } from './world.ts';

/** What was done, and when by the portal's clock. */
export interface Act {
  readonly at: number;
  readonly step: Step;
}

export interface Played {
  readonly ref: Ref;
  readonly story: Story;
  readonly acts: readonly Act[];
  /** What is waited for now; null while somebody acts, and when the story is over. */
  readonly waitsFor: string | null;
  readonly done: boolean;
}

interface Playing {
  readonly ref: Ref;
  readonly story: Story;
  readonly acts: Act[];
  waitsFor: string | null;
  done: boolean;
}

const LOOK_MS = 20;
const AGAIN_MS = 120;
const STAGES: Readonly<Record<Stage, 'PREPARATION' | 'UC_WAIT' | 'WON'>> = {
  work: 'PREPARATION',
  waiting: 'UC_WAIT',
  closed: 'WON',
};
const LINK = /http:\/\/127\.0\.0\.1:\d+\/c\/[\w.~-]+(\?\d)?/;

/** Opens the tickets and begins their stories; `over` resolves when all have come to their end or were aborted. */
export async function beginStories(
  world: World,
  stories: readonly Story[],
  signal: AbortSignal,
): Promise<{ readonly played: readonly Played[]; readonly over: Promise<void> }> {
  const { scene } = world;
  const playing = stories.map((story): Playing => {
    const ref = scene.openTicket(story.channel);
    return { ref, story, acts: [], waitsFor: null, done: false };
  });
  // Within one second nobody could tell whose word was the last.
  await world.clock.advance(60_000);
  for (const { ref, story } of playing) {
    scene.answerClient(ref, story.channel);
    scene.fill(ref, story.confirmed, story.ready ? [] : ['cause', 'checkedHow']);
  }
  const over = Promise.all(playing.map((one) => play(world, one, signal)));
  return { played: playing, over: over.then(() => undefined) };
}

async function play(world: World, one: Playing, signal: AbortSignal): Promise<void> {
  for (const step of one.story.steps) {
    if (signal.aborted) return;
    if ('pauseMs' in step) {
      await sleep(step.pauseMs);
      continue;
    }
    if ('see' in step) {
      one.waitsFor = stepText(step);
      while (!signal.aborted && !sees(world, one.ref, step)) await sleep(LOOK_MS);
      one.waitsFor = null;
      continue;
    }
    if (step.do === 'answer') {
      one.waitsFor = `that the answer is taken`;
      if (!(await answered(world, one, step.word, signal))) return;
      one.waitsFor = null;
    } else act(world, one.ref, step);
    one.acts.push({ at: world.clock.now(), step });
    world.note(`ticket ${one.ref.id}: ${stepText(step)}`);
  }
  one.done = true;
}

function act(
  { scene }: World,
  ref: Ref,
  step: Exclude<Extract<Step, { do: string }>, { do: 'answer' }>,
): void {
  switch (step.do) {
    case 'drag':
      scene.drag(ref, STAGES[step.to]);
      return;
    case 'fill':
      scene.fill(ref, true);
      return;
    case 'confirm-by-agent':
      scene.fill(ref, true);
      return;
    case 'edit':
      scene.edit(ref, `Не приходит код, ${scene.now()}`);
  }
}

function sees({ scene }: World, ref: Ref, step: Extract<Step, { see: string }>): boolean {
  switch (step.see) {
    case 'returned':
      return !scene.isClosed(ref);
    case 'stamped':
      return scene.field(ref, 'closedAt') !== null;
    case 'asked':
      return scene.isAsked(ref);
    case 'moved-on':
      return scene.stage(ref) !== 'UC_WAIT';
    case 'message':
      return scene.received(ref).includes(step.kind);
  }
}

/** As often as it takes: a page that says "try again" is tried again. */
async function answered(
  world: World,
  { ref, story }: Playing,
  word: string,
  signal: AbortSignal,
): Promise<boolean> {
  const kinds = story.steps.flatMap((step): readonly Message[] =>
    'see' in step && step.see === 'message' ? [step.kind] : [],
  );
  const newest = world.scene.messages(ref).findLast(({ kind }) => kind === kinds.at(-1));
  const [link] = LINK.exec(newest?.text ?? '') ?? [];
  if (link === undefined) {
    world.note(`ticket ${ref.id}: no link in the ${kinds.at(-1) ?? 'missing'} message`);
    return false;
  }
  let last = '';
  while (!signal.aborted) {
    const told = await post(link, word).catch((error: unknown) => String(error));
    if (told === '303') return true;
    if (told !== last) world.note(`ticket ${ref.id}: the client's page answers ${told}`);
    last = told;
    await sleep(AGAIN_MS);
  }
  return false;
}

async function post(link: string, answer: string): Promise<string> {
  const page = await fetch(link, { signal: AbortSignal.timeout(3000) });
  const html = await page.text();
  if (page.status !== 200) return `GET ${page.status}`;
  const form = /name="form" value="([^"]*)"/.exec(html)?.[1] ?? '';
  const comment = answer === 'solved' ? '' : 'Код снова не приходит';
  const said = await fetch(link, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ answer, comment, form, lang: 'ru' }),
    signal: AbortSignal.timeout(3000),
  });
  await said.arrayBuffer();
  return String(said.status);
}
