import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fieldSpecs } from '../../src/app/field-specs.ts';
import { connectPortal } from '../../src/bitrix24/connect-portal.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { recordingLog } from '../support/recording-log.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'support', limits: 'off' });
});
afterAll(() => sandbox.close());

test.each([2, 1034])(
  'the doctor sees the list items that setup created (type %i)',
  async (entityTypeId) => {
    const budget = {
      take: () => Promise.resolve(),
      refused: () => Promise.resolve(),
      spent: () => Promise.resolve(),
      operatingWait: () => Promise.resolve(0),
      exhausted: () => Promise.resolve(),
    };
    const { webhookUrl } = sandbox;
    const portal = connectPortal({ webhookUrl, portalId: 'p1', budget, log: recordingLog() });
    const specs = fieldSpecs((_language, key) => key);
    const report = await portal.setup.ensureFields(entityTypeId, specs, () => undefined);

    const items = await portal.probe.listItems?.(entityTypeId);

    const outcome = Object.values(report.options['outcome'] ?? {});
    expect(outcome).toHaveLength(7);
    expect(new Set(items?.[report.fields.outcome])).toEqual(new Set(outcome));
  },
);
