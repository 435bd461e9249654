/** Entry point: picks what to run, starts it, and closes it gracefully. */
import closeWithGrace from 'close-with-grace';
import { faultWords } from './app/fault-words.ts';
import { createClock } from './clock.ts';
import { WEBHOOK_PORTAL } from './compose-store.ts';
import { startService } from './compose.ts';
import type { Config } from './config.ts';
import { loadConfig } from './config.ts';
import { playStory } from './demo-story.ts';
import { EVENTS, startDemo } from './demo.ts';
import { AppError, faultFields } from './errors.ts';
import { createLog } from './log.ts';
import { provideRedis } from './redis/embedded-redis.ts';
import { startSandbox } from './sandbox/start-sandbox.ts';
import { say, sayByName } from './text/catalog.ts';

/** Work under way gets this long to end; what is cut off is run again by another process, or after the next start. */
const DEADLINE_MS = 10_000;
/** For connections to close; then the process ends in any case. */
const MARGIN_MS = 3000;
const CUT_OFF = 'Work was cut off at the deadline and is run again';

async function runService(config: Config): Promise<void> {
  const { portal, app } = config;
  const log = createLog(config.logLevel);
  const redis = await provideRedis({
    ...(config.redisUrl ? { redisUrl: config.redisUrl.reveal() } : {}),
    dataDir: config.dataDir,
    log,
  });
  if (redis.kind === 'memory') console.warn(say(config.language, 'start.memory-only'));
  const oldSecrets = config.oldSecrets.map((one) => one.reveal());
  const service = await startService({
    portal: portal && {
      id: WEBHOOK_PORTAL,
      webhookUrl: portal.webhookUrl.reveal(),
      eventTokens: portal.eventTokens.map((token) => token.reveal()),
    },
    app: app && {
      clientId: app.clientId,
      clientSecret: app.clientSecret.reveal(),
      oauthOrigins: app.oauthOrigins,
      oldSecrets,
    },
    redisUrl: redis.url,
    role: config.role,
    port: config.port,
    ...(config.opsPort === null ? {} : { opsPort: config.opsPort }),
    requestLog: config.requestLog ?? undefined,
    adminToken: config.adminToken?.reveal() ?? null,
    clock: createClock(),
    log,
    secret: config.appSecret?.reveal() ?? '',
    oldSecrets,
    publicUrl: config.publicUrl,
    retention: config.retention,
    memoryOnly: redis.kind === 'memory',
  });
  log.info({ role: config.role, port: service.port }, 'Closegate is running');
  const delay = config.drainMs + DEADLINE_MS + MARGIN_MS;
  closeWithGrace({ delay, logger: false }, async ({ err, signal }) => {
    if (err) log.error(faultFields(err), 'Closegate stops: it met a defect of its own');
    else log.info({ signal: signal ?? '' }, 'Closegate is stopping');
    const whole = await service.close(DEADLINE_MS, err ? 0 : config.drainMs);
    await redis.close();
    log[whole ? 'info' : 'warn']({}, whole ? 'Closegate has stopped' : CUT_OFF);
    // Whoever throws here ends with code 1.
    if (!whole) throw new AppError('store-unavailable', CUT_OFF);
  });
}

async function runDemo(config: Config): Promise<void> {
  const { language } = config;
  const demo = await startDemo({
    port: config.port,
    sandboxPort: config.port + 1,
    dataDir: config.dataDir,
    adminToken: config.adminToken?.reveal() ?? null,
    ...(config.redisUrl ? { redisUrl: config.redisUrl.reveal() } : {}),
    log: createLog(config.logLevel === 'info' ? 'warn' : config.logLevel),
    onStep: (step) => console.log(say(language, `start.step.${step}`)),
  });
  if (demo.redisKind === 'memory') console.warn(say(language, 'start.memory-only'));
  closeWithGrace({ delay: DEADLINE_MS + 5000, logger: false }, () => demo.close());
  const story = await playStory(demo.sandbox);
  console.log(
    story
      ? say(language, 'start.story', {
          id: story.ticketId,
          title: story.title,
          seconds: (story.tookMs / 1000).toFixed(1),
          explanation: story.explanation,
        })
      : say(language, 'start.story-failed'),
  );
  console.log(say(language, 'start.demo', { sandbox: demo.sandboxUrl, app: demo.appUrl }));
}

/** The portal alone, to connect the app to by environment; `--events=<address>` is its outgoing webhook. */
async function runSandbox(config: Config): Promise<void> {
  const sandbox = await startSandbox({ port: config.port + 1, seed: 'support' });
  const handlerUrl = process.argv.find((arg) => arg.startsWith('--events='))?.slice(9);
  if (handlerUrl) {
    sandbox.subscribe({ handlerUrl, token: sandbox.eventToken, events: EVENTS });
  }
  console.log(say(config.language, 'start.sandbox', { sandbox: sandbox.url }));
  // Secrets of a portal that lives in this process only.
  console.log(`B24_WEBHOOK_URL=${sandbox.webhookUrl}\nB24_EVENT_TOKEN=${sandbox.eventToken}`);
  closeWithGrace({ delay: 2000, logger: false }, () => sandbox.close());
}

const config = loadConfig();
try {
  if (process.argv.includes('--role=sandbox')) await runSandbox(config);
  else if (config.portal || config.app) await runService(config);
  else await runDemo(config);
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  for (const line of faultWords(error, (key, params) => sayByName(config.language, key, params)))
    console.error(line);
  process.exit(1);
}
