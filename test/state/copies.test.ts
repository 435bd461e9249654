/** A copy of a service with a webhook's portal and an installed one, put back: whole, sealed, and without a word told twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { CommandContext } from '../../src/cli/command.ts';
import { runBackup } from '../../src/cli/run-backup.ts';
import { openStateCopy } from '../../src/compose-backup.ts';
import { Secret } from '../../src/config.ts';
import { sayByName as say } from '../../src/text/catalog.ts';
import { until } from '../support/eventually.ts';
import { fakeTerminal } from '../support/fake-terminal.ts';
import { describeWithRedis } from '../support/redis-server.ts';
import type { KeyLine } from './keys-as-text.ts';
import { keysAsText, readLines } from './keys-as-text.ts';
import type { OldState } from './old-state.ts';
import { registryOf, standAgain } from './old-state.ts';

const HOUR_MS = 3_600_000;

describeWithRedis('a copy', (second) => {
  let old: OldState;
  let dir: string;
  let file: string;
  beforeEach(async () => {
    await second().flush();
    old = await standAgain('4-pages');
    dir = mkdtempSync(join(tmpdir(), 'closegate-copy-'));
    file = join(dir, 'state.gz');
  });
  afterEach(async () => {
    await old.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function backup(url: string, ...argv: readonly string[]): Promise<void> {
    const terminal = fakeTerminal();
    const context = {
      terminal,
      language: 'en',
      say,
      findTarget: async () => null,
      connect: () => Promise.reject(new Error('a copy needs no portal')),
    } satisfies CommandContext;
    const open = () => openStateCopy({ redisUrl: new Secret(url), dataDir: dir });
    const code = await runBackup([...argv], context, open);
    if (code !== 0) throw new Error(terminal.stderr.join('\n'));
  }
  const told = (): readonly (readonly string[])[] =>
    old.about.tickets[0].map(({ id }) =>
      old.hooked.control
        .chats({ entityTypeId: 2, id })
        .flatMap(({ messages, clientUserId }) =>
          messages.filter((one) => one.senderId !== clientUserId).map(({ text }) => text),
        ),
    );
  const waiting = (): readonly string[] => told()[old.about.waiting.id - 1] ?? [];
  const idle = (): Promise<void> =>
    until(async () => (await old.client.llen('{cgq}:timers:active')) === 0);

  it('holds every key of both portals, tokens as they were sealed, and no job', async () => {
    await backup(old.redis.url, 'save', file);
    await backup(second().url, 'restore', file);

    const client = new Redis(second().url);
    const content = (lines: readonly KeyLine[]) =>
      lines
        .filter(({ key }) => key.startsWith('cg:'))
        .map(({ key, type, value }) => ({
          key,
          type,
          value:
            type === 'hash' || type === 'set'
              ? [...value].map(String).toSorted((one, other) => one.localeCompare(other))
              : value,
        }));
    expect(content(readLines(await keysAsText(client)))).toEqual(
      content(readLines(await keysAsText(old.client))),
    );
    expect(await client.keys('{cgq}:*')).toEqual([]);
    const { portalId = '' } = old.about.installed ?? {};
    const pair = await registryOf({ client, log: old.log }).tokens(portalId, 'installer');
    expect(pair).toEqual(await registryOf(old).tokens(portalId, 'installer'));
    expect(await keysAsText(client)).not.toContain(pair?.accessToken);
    client.disconnect();
  });

  it('older than what was told since tells none of it again, and its timers stand again', async () => {
    await backup(old.redis.url, 'save', file);
    const asked = waiting();
    let service = await old.start();
    await idle();
    await old.later(service, 26 * HOUR_MS);
    await until(() => waiting().length > asked.length);
    await idle();
    await service.close(2000);
    const before = told();

    await backup(old.redis.url, 'restore', file, '--replace');
    service = await old.start();
    const { id } = old.about.waiting;
    await until(async () => (await old.client.keys(`{cgq}:timers:t_2_${id}_*`)).length > 0);
    await old.later(service, HOUR_MS);
    await idle();
    await service.close(2000);
    expect(waiting()).toEqual(before[id - 1]);
    // What was due and had not left yet may leave now; nothing leaves twice.
    for (const texts of told()) expect(new Set(texts).size).toBe(texts.length);
  });
});
