/**
 * Names by which two versions side by side know the same thing, spelled out: a version that changes one of them no longer sees what
 * its neighbour claimed, locked or asked, so that a client is told twice. A changed line here is a change of the state's format.
 */
import { expect, test } from '@jest/globals';
import { readClientToken, writeClientToken } from '../../src/app/client-token.ts';
import { readHoldToken, writeHoldToken } from '../../src/app/hold-token.ts';
import { STATE_FORMAT } from '../../src/app/state-format.ts';
import { ticketLock } from '../../src/app/ticket-lock.ts';
import { ownFieldCode } from '../../src/core/own-field-name.ts';
import { pipelineKey } from '../../src/core/policy.ts';
import { refKey } from '../../src/core/ticket.ts';
import { readTimer, timerData, timerJobIds } from '../../src/queue/timer-job.ts';
import { journalKeys } from '../../src/redis/journal-keys.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { formatKey, restoringKey } from '../../src/redis/state-marks.ts';
import { createTokenSigner } from '../../src/http/token-signer.ts';
import { createSessionTokens } from '../../src/http/session-token.ts';

const REF = { entityTypeId: 2, id: 759 } as const;
const plain = { seal: (text: string) => text, open: (text: string) => text };

test('keys, locks and marks of the store', () => {
  const keys = createKeys();

  expect([refKey(REF), pipelineKey({ entityTypeId: 2, categoryId: 5 })]).toEqual(['2:759', '2:5']);
  expect(keys.portal('p1', 'policies')).toBe('cg:{p1}:policies');
  expect(keys.portal(ticketLock('p1', REF), 'lock')).toBe('cg:{p1:ticket:2:759}:lock');
  expect(formatKey(keys)).toBe('cg:{app}:version');
  expect(restoringKey(keys)).toBe('cg:{app}:restoring');
  expect(journalKeys(keys, 'p1').counters('2:5', '2026-11')).toBe(
    'cg:{p1}:journal:counters:2:5:2026-11',
  );
  expect(ownFieldCode('checkedHow')).toBe('CG_CHECKED_HOW');
});

test('timers in the queue', () => {
  const timer = { ref: REF, cycle: 1, kind: 'remind', dueAt: 1000 } as const;

  expect(timerJobIds('p1', REF, 'remind')).toEqual(['t_2_759_remind_p1', 't_2_759_remind_p1_next']);
  expect(timerData('p1', timer)).toEqual({
    portalId: 'p1',
    entityTypeId: 2,
    id: 759,
    cycle: 1,
    kind: 'remind',
    dueAt: 1000,
  });
  // A member that a newer version added is no reason to drop the job, a kind that it added is.
  expect(readTimer({ ...timerData('p1', timer), because: 'x' })).toEqual({ portalId: 'p1', timer });
  expect(readTimer({ ...timerData('p1', timer), kind: 'sing' })).toBeNull();
});

test('links and sessions that are already out', () => {
  const link = { portalId: 'p1', ref: REF, cycle: 1, expiresAt: 60_000_000_000 };
  const client = { ...link, purpose: 'answer', readingOf: '' } as const;

  expect(writeClientToken(plain, client)).toBe('1 a p1 2 l3 1 lfls ');
  expect(readClientToken(plain, '1 a p1 2 l3 1 lfls ')).toEqual(client);
  expect(writeHoldToken(plain, link)).toBe('1 h p1 2 l3 1 lfls');
  expect(readHoldToken(plain, '1 h p1 2 l3 1 lfls')).toEqual(link);
  // Written by the first version that had them.
  const signer = createTokenSigner('a-secret-of-the-recorded-states');
  expect(signer.open('oM4rK5vFZpgLihWMaIEdqAMSBhIHdlYmhvb2sgMiA0IDEgaG80MDAg1')).toBe(
    '1 a webhook 2 4 1 ho400 ',
  );
  const sessions = createSessionTokens(['a-secret'], () => 0);
  const session = {
    portalId: 'p1',
    userId: 7,
    isAdmin: false,
    ticket: null,
    audience: 'card',
    timeZone: 'Europe/Moscow',
    language: 'ru',
  } as const;
  const [body = ''] = sessions.issue(session).token.split('.');
  const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString());
  expect(Object.keys(Object(claims)).join('')).toBe('puatdezlj');
});

test('the format that is written is never one that the version before cannot read', () => {
  expect(STATE_FORMAT.writes).toBeLessThanOrEqual(STATE_FORMAT.reads);
});
