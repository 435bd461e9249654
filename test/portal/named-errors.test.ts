/** Every system error of the platform by its name, and the irregular ones: what the app makes of a call and of a command in a batch. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createPortalClient } from '../../src/bitrix24/portal-client.ts';
import { createTransport } from '../../src/bitrix24/transport.ts';
import { parseWebhookUrl } from '../../src/bitrix24/webhook-url.ts';
import { AppError } from '../../src/errors.ts';
import { CountingBudget } from '../support/counting-budget.ts';
import { recordingLog } from '../support/recording-log.ts';
import { batchBody, startUnkindPortal } from '../support/unkind-portal.ts';
import type { UnkindPortal } from '../support/unkind-portal.ts';

const open: UnkindPortal[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((portal) => portal.close()));
});

async function client(body: unknown, status: number) {
  const portal = await startUnkindPortal([{ status, body }]);
  open.push(portal);
  const made = createPortalClient({
    transport: createTransport(parseWebhookUrl(portal.webhookUrl), 2000),
    portalId: 'p1',
    budget: new CountingBudget(),
    log: recordingLog(),
    retryDelayMs: 1,
  });
  return { portal, client: made };
}

const READ = { priority: 'live', write: false } as const;
const WRITE = { priority: 'live', write: true } as const;

/** `backoff` and `after`: the work is done again. `never`: a person must act. `value`: the refusal is the caller's to read. */
type Fate = 'backoff' | 'after' | 'never' | 'value';

/** Status, error, what becomes of a write. */
const NAMED: readonly (readonly [number, unknown, Fate])[] = [
  [500, 'INTERNAL_SERVER_ERROR', 'backoff'],
  [500, 'ERROR_UNEXPECTED_ANSWER', 'backoff'],
  [500, 'PORTAL_DELETED', 'never'],
  [503, 'QUERY_LIMIT_EXCEEDED', 'backoff'],
  [503, 'OVERLOAD_LIMIT', 'never'],
  [429, 'OPERATION_TIME_LIMIT', 'after'],
  [405, 'ERROR_BATCH_METHOD_NOT_ALLOWED', 'value'],
  [400, 'ERROR_BATCH_LENGTH_EXCEEDED', 'value'],
  [401, 'NO_AUTH_FOUND', 'never'],
  [401, 'expired_token', 'never'],
  [400, 'INVALID_REQUEST', 'never'],
  [403, 'ACCESS_DENIED', 'value'],
  [403, 'INVALID_CREDENTIALS', 'never'],
  [403, 'insufficient_scope', 'value'],
  [403, 'user_access_error', 'never'],
  [404, 'ERROR_MANIFEST_IS_NOT_AVAILABLE', 'value'],
  [404, 'ERROR_METHOD_NOT_FOUND', 'value'],
  [401, 'METHOD_CONFIRM_WAITING', 'never'],
  [403, 'METHOD_CONFIRM_DENIED', 'never'],
  [403, 'WRONG_AUTH_TYPE', 'value'],
  [403, 'allowed_only_intranet_user', 'value'],
  [400, '100', 'value'],
  [401, 'PAYMENT_REQUIRED', 'never'],
  // Irregular ones: numbers, nothing, texts, and an error beside HTTP 200.
  [400, 0, 'value'],
  [400, '0', 'value'],
  [400, '', 'value'],
  [400, '-', 'value'],
  [400, 'Access denied!', 'value'],
  [400, 'Required field «STAGE» is empty, sorry: клиент Иванов', 'value'],
  [200, 'ERROR_CORE', 'value'],
  [200, 'OPERATION_TIME_LIMIT', 'after'],
  [500, '', 'backoff'],
  [502, undefined, 'backoff'],
];

describe('a system error of the portal', () => {
  test.each(NAMED)(
    '%d %j of a call has a fate, and none of its words goes on',
    async (status, error, fate) => {
      const words = 'Пароль клиента 12345';
      const body =
        error === undefined ? '<html>Bad gateway</html>' : { error, error_description: words };
      const { client: portal } = await client(body, status);

      const answer = await portal
        .call('crm.item.update', {}, WRITE)
        .catch((fault: unknown) => fault);

      if (fate === 'value') {
        expect(answer).toMatchObject({ ok: false });
        expect(JSON.stringify(answer)).not.toMatch(/клиент/iu);
        return;
      }
      expect(answer).toBeInstanceOf(AppError);
      expect(answer).toMatchObject({ retry: fate });
      expect(`${(answer as AppError).message}${(answer as AppError).detail}`).not.toMatch(
        /клиент/iu,
      );
    },
  );

  const told = NAMED.filter(([, error]) => error !== undefined);
  test.each(told)(
    '%d %j inside a batch is the answer of its command alone',
    async (_status, error) => {
      const { client: portal } = await client(
        batchBody({ good: { item: { id: 1 } } }, { bad: { error, error_description: 'x' } }),
        200,
      );

      const answers = await portal.batch(
        ['good', 'bad'].map((key) => ({ key, method: 'crm.item.get', params: {} })),
        { ...READ, halt: false },
      );

      expect(answers.get('good')).toMatchObject({ ok: true });
      expect(answers.get('bad')).toMatchObject({ ok: false });
    },
  );
});
