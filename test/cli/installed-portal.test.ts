/** Commands reach portals that installed the app, with the application's credentials and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ToolsInput } from '../../src/app/ports/tools.ts';
import { composeTools } from '../../src/compose-tools.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { APP_OPTIONS, startInstalledApp } from '../support/an-installed-app.ts';

describe('a command on an installed portal', () => {
  let app: InstalledApp;
  const inputFor = (portal: string | null): ToolsInput => ({
    webhookUrl: '',
    redisUrl: app.redis.url,
    dataDir: '',
    installed: { ...APP_OPTIONS, oauthOrigins: [app.portals[0].oauthUrl], oldSecrets: [], portal },
  });

  beforeAll(async () => {
    app = await startInstalledApp();
  });
  afterAll(() => app.close());

  it('says so while no portal has installed the app', async () => {
    await expect(composeTools(inputFor(null))).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('install it first'),
    });
  });

  it('takes the only portal there is', async () => {
    await app.install(app.portals[0]);

    const tools = await composeTools(inputFor(null));

    expect(tools.portalId).toBe(app.portals[0].memberId);
    expect((await tools.setup.listPipelines(2)).map(({ categoryId }) => categoryId)).toContain(5);
    await tools.close();
  });

  it('asks which, where there are several, and takes the one that is named', async () => {
    await app.install(app.portals[1]);
    const [first, second] = app.portals;

    await expect(composeTools(inputFor(null))).rejects.toMatchObject({
      message: expect.stringContaining([first.memberId, second.memberId].toSorted().join(', ')),
    });
    const tools = await composeTools(inputFor(second.memberId));
    expect(tools.portalId).toBe(second.memberId);
    await tools.close();
  });

  it('does not believe the name of a portal that is not there', async () => {
    await expect(composeTools(inputFor('nobody'))).rejects.toMatchObject({
      code: 'config-invalid',
    });
  });
});
