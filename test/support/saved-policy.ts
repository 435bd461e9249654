/** The policy that stands in the store, read and written past the running service. */
import type { PortalTools } from '../../src/app/ports/tools.ts';
import { composeTools } from '../../src/compose-tools.ts';
import type { ClosingPolicy, PipelineRef } from '../../src/core/policy.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from './an-installed-app.ts';
import { PIPELINE } from './an-installed-app.ts';

/** Throws when none is saved. */
export function savedPolicy(app: InstalledApp, sandbox: Sandbox): Promise<ClosingPolicy> {
  return withTools(app, sandbox, async ({ policies }) => {
    const policy = await policies.find(sandbox.memberId, PIPELINE);
    if (policy === null) throw new Error('no policy is saved');
    return policy;
  });
}

/** Leaves settings behind of a pipeline that the portal does not have. */
export function leavePolicy(
  app: InstalledApp,
  sandbox: Sandbox,
  pipeline: PipelineRef,
): Promise<ClosingPolicy> {
  return withTools(app, sandbox, async ({ policies }) => {
    const policy = await policies.find(sandbox.memberId, PIPELINE);
    if (policy === null) throw new Error('no policy is saved');
    return policies.save(sandbox.memberId, { ...policy, pipeline, version: 0 });
  });
}

async function withTools<T>(
  app: InstalledApp,
  sandbox: Sandbox,
  work: (tools: PortalTools) => Promise<T>,
): Promise<T> {
  const tools = await composeTools({
    webhookUrl: sandbox.webhookUrl,
    redisUrl: app.redis.url,
    dataDir: '',
    portalId: sandbox.memberId,
  });
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}
