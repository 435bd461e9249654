/** Runs in the tree of an older version, told what to do by its parent: the version's own setup and service, on a given clock. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { tree } = JSON.parse(process.argv[2]);
const load = (path) => import(pathToFileURL(join(tree, 'src', path)).href);
const { startService, composeTools: early } = await load('compose.ts');
const composeTools = early ?? (await load('compose-tools.ts')).composeTools;
const { setupPipeline } = await load('app/setup-pipeline.ts');
const { createClock } = await load('clock.ts');
const { createLog } = await load('log.ts');

const clock = createClock();
const log = createLog('warn', 'stderr');
let service = null;

const orders = {
  async setup({ now, pipeline, ...input }) {
    clock.setTo(now);
    const tools = await composeTools({ dataDir: '', ...input });
    const wish = { pipeline, mode: 'enforce', language: 'ru', stages: [], settings: [] };
    const result = await setupPipeline(wish, { ...tools, clock });
    await tools.close();
    return result.ok ? 'ok' : JSON.stringify(result.problems);
  },
  async start({ now, options }) {
    clock.setTo(now);
    service = await startService({ role: 'all', port: 0, clock, log, ...options });
    return service.port;
  },
  async clock({ now }) {
    clock.setTo(now);
    await service?.clockMoved?.();
  },
  /** What has no other way in than a page that an administrator opened. */
  async pages({ redisUrl, portalId, now }) {
    const { createConnections } = await load('redis/connections.ts');
    const { createKeys } = await load('redis/keys.ts');
    const { createTemplateStore } = await load('redis/template-store.ts');
    const { createDoctorNotes } = await load('redis/doctor-notes.ts');
    const { createMassClosings } = await load('redis/mass-closings.ts');
    const connections = createConnections({ url: redisUrl, log });
    await connections.ready(5000);
    const redis = connections.producer;
    const text = 'Здравствуйте! Ваш вопрос решён.\n{{> confirm}}\n';
    const own = { language: 'ru', name: 'request', text, version: 0, savedAt: now, savedBy: 1 };
    await createTemplateStore(redis, createKeys(), log).save(portalId, own);
    const answer = { answer: 'yes', mark: 'stage-rights', at: now, by: 1 };
    await createDoctorNotes(redis, createKeys()).answer(portalId, 'stage-rights:2:5', answer);
    const ticket = { ref: { entityTypeId: 2, id: 1 }, from: { categoryId: 5, stageId: 'C5:NEW' } };
    const run = { id: 'a1b2', at: now, tickets: [ticket] };
    await createMassClosings(redis, createKeys()).save(portalId, run);
    await connections.close();
  },
  /** What this version reads of the state, as its own commands do. */
  async read(input) {
    const tools = await composeTools({ dataDir: '', ...input });
    const { portalId, policies, journal, archive } = tools;
    const [policy] = await policies.list(portalId);
    const lines = await journal.latest(portalId, 10_000);
    const chain = await archive.verify(portalId);
    await tools.close();
    return JSON.stringify({
      policy: policy.version,
      fields: Object.keys(policy.fields).length,
      lines: lines.length,
      linked: chain.linked,
      intact: chain.intact,
    });
  },
  /** Another number, saved as its own command saves it. */
  async save({ firstWaitDays, ...input }) {
    const tools = await composeTools({ dataDir: '', ...input });
    const [policy] = await tools.policies.list(tools.portalId);
    const saved = await tools.policies.save(tools.portalId, { ...policy, firstWaitDays });
    await tools.close();
    return saved.version;
  },
  async stop() {
    await service?.close(3000);
  },
};

process.on('message', async ({ order, ...parts }) => {
  try {
    process.send({ answer: (await orders[order](parts)) ?? null });
  } catch (error) {
    process.send({ failed: `${error?.stack ?? error}` });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ answer: 'loaded' });
