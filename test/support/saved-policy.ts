/** The policy that stands in the store, read past the running service. */
import { composeTools } from '../../src/compose-tools.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from './an-installed-app.ts';
import { PIPELINE } from './an-installed-app.ts';

/** Throws when none is saved. */
export async function savedPolicy(app: InstalledApp, sandbox: Sandbox): Promise<ClosingPolicy> {
  const tools = await composeTools({
    webhookUrl: sandbox.webhookUrl,
    redisUrl: app.redis.url,
    dataDir: '',
    portalId: sandbox.memberId,
  });
  try {
    const policy = await tools.policies.find(sandbox.memberId, PIPELINE);
    if (policy === null) throw new Error('no policy is saved');
    return policy;
  } finally {
    await tools.close();
  }
}
