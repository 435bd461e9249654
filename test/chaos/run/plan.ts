/** A seed's plan: which tickets there are, what people do with each, and which faults come when. Drawn from the seed alone. */
import { createRandom } from '../../../src/sandbox/random.ts';
import type { Channel } from '../scene.ts';
import type { Fault, WorldKind } from './fault.ts';

export type Stage = 'work' | 'waiting' | 'closed';
export type ClientWord = 'solved' | 'not-solved' | 'question';
export type Message = 'request' | 'reminder' | 'notice';

/** What somebody does, or waits to see before going on. */
export type Step =
  | { readonly do: 'drag'; readonly to: Stage }
  /** The agent writes what was missing. */
  | { readonly do: 'fill' }
  /** The agent notes that the client confirmed by telephone. */
  | { readonly do: 'confirm-by-agent' }
  | { readonly do: 'edit' }
  | { readonly do: 'answer'; readonly word: ClientWord }
  | { readonly see: 'returned' }
  /** The app has written outcome and time: the closing stands. */
  | { readonly see: 'stamped' }
  /** The ticket says that the client was asked. */
  | { readonly see: 'asked' }
  /** The ticket is no longer where the client is waited for. */
  | { readonly see: 'moved-on' }
  | { readonly see: 'message'; readonly kind: Message }
  | { readonly pauseMs: number };

export interface Story {
  readonly name: string;
  readonly channel: Channel;
  /** Everything is written on the ticket from the start. */
  readonly ready: boolean;
  /** The client's confirmation by telephone stands on it from the start. */
  readonly confirmed: boolean;
  readonly steps: readonly Step[];
}

export interface PlannedFault {
  readonly fault: Fault;
  /** After the start of the seed, and for how long, ms. */
  readonly atMs: number;
  readonly forMs: number;
  /** Its own draws. */
  readonly seed: number;
}

/** The clock moves in the middle of it all, whatever is broken at that moment. */
export interface WildMove {
  readonly atMs: number;
  readonly by: 'day' | 'minutes';
}

export interface Plan {
  readonly seed: number;
  readonly kind: WorldKind;
  readonly stories: readonly Story[];
  readonly faults: readonly PlannedFault[];
  readonly wildMove: WildMove | null;
}

/** Seeds are played in blocks of a world; every third block has a webhook's. */
export const BLOCK = 20;
export const blockOf = (seed: number): number => Math.floor((seed - 1) / BLOCK);
export const kindOf = (seed: number): WorldKind =>
  blockOf(seed) % 3 === 2 ? 'webhook' : 'installed';

const drag = (to: Stage): Step => ({ do: 'drag', to });
const message = (kind: Message): Step => ({ see: 'message', kind });
const answer = (word: ClientWord): Step => ({ do: 'answer', word });
const RETURNED: Step = { see: 'returned' };
const STAMPED: Step = { see: 'stamped' };
const ASKED: Step = { see: 'asked' };
const MOVED_ON: Step = { see: 'moved-on' };
const FILL: Step = { do: 'fill' };
const EDIT: Step = { do: 'edit' };
const BY_AGENT: Step = { do: 'confirm-by-agent' };

type Draft = Omit<Story, 'channel'>;

/** `ready, confirmed`: what is written on the ticket from the start. */
const story = (
  name: string,
  [ready, confirmed]: readonly [boolean, boolean],
  steps: readonly Step[],
): Draft => ({ name, ready, confirmed, steps });

const READY = [true, false] as const;
const UNREADY = [false, false] as const;
const UNREADY_CONFIRMED = [false, true] as const;
const CONFIRMED = [true, true] as const;

/** What happens to a ticket in a support desk; every one of them ends in a state the regulation knows. */
export const STORIES: readonly Draft[] = [
  story('closed too early', UNREADY_CONFIRMED, [drag('closed')]),
  story('closed too early, then completed', UNREADY_CONFIRMED, [
    drag('closed'),
    RETURNED,
    FILL,
    drag('closed'),
  ]),
  story('closed too early twice', UNREADY, [drag('closed'), RETURNED, EDIT, drag('closed')]),
  story('closed when ready', CONFIRMED, [drag('closed')]),
  story('closed, edited', CONFIRMED, [drag('closed'), STAMPED, EDIT]),
  story('closed by mistake, undone at once', CONFIRMED, [drag('closed'), drag('work')]),
  story('closed, the client says otherwise', CONFIRMED, [
    drag('closed'),
    message('notice'),
    answer('not-solved'),
  ]),
  story('closed, the client thanks', CONFIRMED, [
    drag('closed'),
    message('notice'),
    answer('solved'),
  ]),
  story('closed, reopened by the agent, closed', CONFIRMED, [
    drag('closed'),
    message('notice'),
    drag('work'),
  ]),
  story('closed without the client, who is silent', READY, [drag('closed')]),
  story('closed without the client, who confirms', READY, [
    drag('closed'),
    message('request'),
    answer('solved'),
  ]),
  story('waits, the client is silent', READY, [drag('waiting')]),
  story('waits, edited, the client is silent', READY, [
    drag('waiting'),
    message('request'),
    EDIT,
    message('reminder'),
    EDIT,
  ]),
  story('waits, the client confirms', READY, [
    drag('waiting'),
    message('request'),
    answer('solved'),
  ]),
  story('waits, the client confirms late', READY, [
    drag('waiting'),
    message('reminder'),
    answer('solved'),
  ]),
  story('waits, the client says no', READY, [
    drag('waiting'),
    message('request'),
    answer('not-solved'),
  ]),
  story('waits, the client says no late', READY, [
    drag('waiting'),
    message('reminder'),
    answer('not-solved'),
  ]),
  story('waits, the client says no, then waits again', READY, [
    drag('waiting'),
    message('request'),
    answer('not-solved'),
    MOVED_ON,
    drag('waiting'),
  ]),
  story('waits, the client asks something', READY, [
    drag('waiting'),
    message('request'),
    answer('question'),
  ]),
  story('waits, dragged back', READY, [drag('waiting'), message('request'), drag('work')]),
  story('waits, dragged back at once', READY, [drag('waiting'), drag('work')]),
  story('waits, closed by telephone', READY, [
    drag('waiting'),
    message('request'),
    ASKED,
    BY_AGENT,
    drag('closed'),
  ]),
  story('waits incomplete, the client is silent', UNREADY, [drag('waiting')]),
  story('waits incomplete, the client confirms', UNREADY, [
    drag('waiting'),
    message('request'),
    answer('solved'),
  ]),
  story('waits, closed too early', UNREADY, [
    drag('waiting'),
    message('request'),
    drag('closed'),
    RETURNED,
  ]),
];

const TICKETS = [2, 5] as const;
const FAULTS = [1, 4] as const;
const LONGEST_PAUSE_MS = 500;
const FAULT_WITHIN_MS = 700;
const FAULT_MS = [150, 1100] as const;

/** @param faults what may be drawn in this world */
export function planOf(seed: number, faults: readonly Fault[]): Plan {
  const random = createRandom(Math.imul(seed, 0x9e3779b1));
  const kind = kindOf(seed);
  const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const pick = <T>(from: readonly [T, ...T[]]): T => from[whole(0, from.length - 1)] ?? from[0];
  const [firstStory, ...otherStories] = STORIES;
  if (!firstStory) throw new Error('no stories');
  const stories = Array.from({ length: whole(...TICKETS) }, (): Story => {
    const draft = pick([firstStory, ...otherStories]);
    const steps = draft.steps.flatMap((step, index): readonly Step[] =>
      index === 0 || random() < 0.5 ? [{ pauseMs: whole(0, LONGEST_PAUSE_MS) }, step] : [step],
    );
    return { ...draft, channel: random() < 0.6 ? 'chat' : 'email', steps };
  });
  const possible = faults.filter(({ worlds }) => worlds === undefined || worlds.includes(kind));
  const [firstFault, ...otherFaults] = possible;
  const planned = firstFault
    ? Array.from({ length: whole(...FAULTS) }, (): PlannedFault => ({
        fault: pick([firstFault, ...otherFaults]),
        atMs: whole(0, FAULT_WITHIN_MS),
        forMs: whole(...FAULT_MS),
        seed: whole(1, 0x7fffffff),
      }))
    : [];
  const moves = random() < 0.4;
  const wildMove = { atMs: whole(300, 1200), by: random() < 0.5 ? 'day' : 'minutes' } as const;
  return { seed, kind, stories, faults: planned, wildMove: moves ? wildMove : null };
}

/** One line a ticket and one a fault, for people. */
export function planLines({ seed, kind, stories, faults, wildMove }: Plan): readonly string[] {
  return [
    `seed ${seed}, world of a ${kind === 'webhook' ? 'webhook' : 'portal that installed the app'}`,
    ...stories.map(({ name, channel, steps }) => `  ${name} (${channel}): ${stepsText(steps)}`),
    ...faults.map(
      ({ fault, atMs, forMs }) => `  fault at ${atMs} ms for ${forMs} ms: ${fault.name}`,
    ),
    ...(wildMove ? [`  the clock moves at ${wildMove.atMs} ms by a ${wildMove.by}`] : []),
  ];
}

function stepsText(steps: readonly Step[]): string {
  return steps.map((step) => stepText(step)).join(', ');
}

export function stepText(step: Step): string {
  if ('pauseMs' in step) return `${step.pauseMs} ms`;
  if ('see' in step) return `sees ${step.see === 'message' ? step.kind : step.see}`;
  if (step.do === 'drag') return `drags to ${step.to}`;
  return step.do === 'answer' ? `client: ${step.word}` : step.do;
}
