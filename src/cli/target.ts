/** Which portal and store a command works on: the environment's, or the running demonstration's. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ToolsInput } from '../app/ports/tools.ts';
import type { Config } from '../config.ts';

export interface Target {
  readonly input: ToolsInput;
  /** Where the portal should send events. */
  readonly eventUrl: string;
  readonly eventTokenCount: number;
  readonly demo: boolean;
}

const DEMO_FILE = z.object({
  webhookUrl: z.url(),
  redisUrl: z.string().min(1),
  eventUrl: z.url(),
  portalId: z.string().min(1).optional(),
  secret: z.string().min(1).optional(),
});

const ANSWER_MS = 2000;
const PORTAL_MS = 10_000;

async function answers(eventUrl: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/healthz', eventUrl), {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** The demonstration that `npm start` left a note of, when it still runs. */
async function findDemo(dataDir: string): Promise<Target | null> {
  let note: z.infer<typeof DEMO_FILE>;
  try {
    note = DEMO_FILE.parse(JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')));
  } catch {
    return null;
  }
  if (!(await answers(note.eventUrl))) return null;
  const { webhookUrl, redisUrl, eventUrl, portalId, secret } = note;
  const publicUrl = new URL(eventUrl).origin;
  return {
    input: {
      webhookUrl,
      redisUrl,
      dataDir,
      ...(portalId === undefined ? {} : { portalId }),
      ...(secret === undefined ? {} : { links: { secret, publicUrl } }),
    },
    eventUrl,
    eventTokenCount: 1,
    demo: true,
  };
}

/** null when no portal is named and no demonstration runs. A webhook wins over an application, B24_PORTAL over both. */
export async function findTarget(config: Config): Promise<Target | null> {
  const { portal, app, commandPortal, appSecret } = config;
  if (portal && !(app && commandPortal !== null)) {
    const webhookUrl = portal.webhookUrl.reveal();
    return targetOf(config, { webhookUrl }, portal.eventTokens.length);
  }
  if (!app || !appSecret) return findDemo(config.dataDir);
  const installed = {
    ...app,
    clientSecret: app.clientSecret.reveal(),
    secret: appSecret.reveal(),
    oldSecrets: config.oldSecrets.map((one) => one.reveal()),
    portal: commandPortal,
  };
  // The portal's own application token stands in its record.
  return targetOf(config, { webhookUrl: '', installed }, 1);
}

function targetOf(
  { redisUrl, dataDir, retention, publicUrl, appSecret, requestLog }: Config,
  way: Pick<ToolsInput, 'webhookUrl' | 'installed'>,
  eventTokenCount: number,
): Target {
  const links = appSecret && { secret: appSecret.reveal(), publicUrl };
  return {
    input: {
      ...way,
      redisUrl: redisUrl?.reveal() ?? null,
      dataDir,
      retention,
      ...(requestLog === null ? {} : { requestLog }),
      ...(links === null ? {} : { links }),
    },
    eventUrl: `${publicUrl}/events`,
    eventTokenCount,
    demo: false,
  };
}

/** Asks the portal for its time without the store's rate budget: one plain request, for when the store is away. */
export async function portalAnswers(webhookUrl: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('server.time', webhookUrl), {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(PORTAL_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
