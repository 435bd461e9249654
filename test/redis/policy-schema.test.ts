import { expect, test } from '@jest/globals';
import { policySchema } from '../../src/redis/policy-schema.ts';
import { aPolicy } from '../support/a-policy.ts';

test('a document of before channels and thanks were settings behaves as it did', () => {
  const { channels: _channels, thanksConfirms: _thanks, digest: _digest, ...older } = aPolicy();

  expect(policySchema.parse(older)).toMatchObject({
    channels: ['chat', 'mail', 'call'],
    thanksConfirms: false,
    digest: true,
  });
});

test.each([[[]], [['chat', 'sms']]])('channels %j are refused', (channels) => {
  expect(policySchema.safeParse({ ...aPolicy(), channels }).success).toBe(false);
});
