/** What was done on a sandbox portal, by people and over REST, so that another sandbox portal comes to stand the same way. */
import { z } from 'zod';
import type { SandboxControl } from '../../src/sandbox/control.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';

const HAND = [
  'addContact',
  'createTicket',
  'operatorWrites',
  'setFields',
  'moveTicket',
  'clientWrites',
] as const satisfies readonly (keyof SandboxControl)[];
type Hand = (typeof HAND)[number];

const stepSchema = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('hand'),
    at: z.number(),
    what: z.enum(HAND),
    args: z.array(z.unknown()),
  }),
  z.object({
    by: z.literal('rest'),
    at: z.number(),
    path: z.string(),
    type: z.string(),
    body: z.string(),
  }),
]);
export type TapeStep = z.infer<typeof stepSchema>;

export function readTape(text: string): readonly TapeStep[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => stepSchema.parse(JSON.parse(line)));
}

/** Does by hand what the recorded hand did; the answer is what the portal's own hand answers. */
export function doByHand(sandbox: Sandbox, what: Hand, args: readonly unknown[]): unknown {
  const hand: unknown = Reflect.get(sandbox.control, what);
  if (typeof hand !== 'function') throw new TypeError(`${what} is nothing a hand does`);
  return Reflect.apply(hand, sandbox.control, args);
}

/** Each at its moment of the portal's clock, which only goes forward. */
export async function play(sandbox: Sandbox, steps: readonly TapeStep[]): Promise<void> {
  for (const step of steps) {
    sandbox.clock.advance(Math.max(0, step.at - sandbox.clock.now()));
    if (step.by === 'hand') doByHand(sandbox, step.what, step.args);
    else await call(sandbox, step);
  }
}

/** An application's request is made by the webhook: the same is written. */
async function call(
  { webhookUrl }: Sandbox,
  { path, type, body }: Extract<TapeStep, { by: 'rest' }>,
): Promise<void> {
  const v3 = path.startsWith('/rest/api/');
  const { pathname } = new URL(webhookUrl);
  const own = v3 ? pathname.replace('/rest/', '/rest/api/') : pathname;
  const method = path.split('?')[0]?.split('/').at(-1) ?? '';
  const url = new URL(`${own.replace(/\/?$/, '/')}${method}`, webhookUrl);
  await fetch(url, { method: 'POST', headers: { 'Content-Type': type }, body });
}
