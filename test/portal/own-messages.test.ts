import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refKey } from '../../src/core/ticket.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { connectPortal } from '../../src/bitrix24/connect-portal.ts';
import { aPolicy } from '../support/a-policy.ts';
import { recordingLog } from '../support/recording-log.ts';

const TICKET = { entityTypeId: 2, id: 2 };
const TOKEN = 'zQEL9arC9vKBQxCu81k0kAMSBhIHNhbmRib3ggMiAyIDEgaHZpbzAg1';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'support', limits: 'off' });
});
afterAll(() => sandbox.close());

async function unanswered(): Promise<boolean> {
  const budget = {
    take: () => Promise.resolve(),
    refused: () => Promise.resolve(),
    spent: () => Promise.resolve(),
    operatingWait: () => Promise.resolve(0),
    exhausted: () => Promise.resolve(),
  };
  const { tickets } = connectPortal({
    webhookUrl: sandbox.webhookUrl,
    portalId: 'p1',
    budget,
    log: recordingLog(),
  });
  const query = { entityTypeId: 2, stageIds: [], since: 0, alsoIds: [2], policies: [aPolicy()] };
  const heads = await tickets.listMoved([query], 'live');
  const facts = await tickets.loadFacts(heads, { conversations: true }, 'live');
  const conversation = facts.get(refKey(TICKET))?.conversation;
  if (!conversation?.known) throw new Error('the conversation was not read');
  const { lastClientMessageAt, lastOurAnswerAt } = conversation.value;
  return (lastClientMessageAt ?? 0) > (lastOurAnswerAt ?? 0);
}

describe("the app's own request (criterion 4)", () => {
  test('in the chat does not answer the question that the client asked before it', async () => {
    sandbox.control.clientWrites(TICKET, 'А старые пропуска тоже придут?');
    sandbox.clock.advance(60_000);
    sandbox.control.operatorWrites(TICKET, `Проверьте: https://gate.example/c/${TOKEN}`, 2);

    expect(await unanswered()).toBe(true);
  });

  test("does not hide an operator's real answer", async () => {
    sandbox.clock.advance(60_000);
    sandbox.control.operatorWrites(TICKET, 'Да, придут сегодня до вечера', 2);

    expect(await unanswered()).toBe(false);
  });
});
