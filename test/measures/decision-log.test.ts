/** One line of the log for each decision: its fields, and that nobody's words get into it. */
import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { loggedJournal } from '../../src/measures/decision-log.ts';
import type { Journal, JournalEntry } from '../../src/app/ports/state.ts';
import { aJournalEntry, anyJournalEntry, aResult } from '../support/a-journal-entry.ts';
import { recordingLog } from '../support/recording-log.ts';

const WORDS = 'Пожалуйста сентинель';

function journalThatTakes(taken: JournalEntry[] = []): Journal {
  return {
    append: async (_portalId, entries) => void taken.push(...entries),
    latest: async () => [],
    ofTicket: async () => [],
    since: async () => [],
  };
}

async function told(...entries: readonly JournalEntry[]) {
  const log = recordingLog();
  await loggedJournal(journalThatTakes(), log).append('p1', entries);
  return log.lines;
}

describe('the log of decisions', () => {
  it('says which ticket was returned, by which clauses, and what is missing', async () => {
    const unmet = aResult({
      id: 'knowledge-base-decided',
      clause: 'step-5',
      verdict: {
        status: 'unmet',
        gaps: [{ code: 'kb-decision-missing', params: { name: WORDS } }],
      },
      evidence: { title: WORDS },
    });

    expect(await told(aJournalEntry({ results: [aResult(), unmet], cycle: 2 }))).toEqual([
      {
        level: 'info',
        message: 'decision',
        fields: {
          portalId: 'p1',
          ticket: '2:759',
          pipeline: '2:5',
          decision: 'returned',
          outcome: 'confirmed',
          cycle: 2,
          policyVersion: 3,
          movedBy: 7,
          from: 'C5:WON',
          to: 'C5:EXECUTING',
          clauses: ['step-5'],
          gaps: ['kb-decision-missing'],
        },
      },
    ]);
  });

  it('has one line for each decision, in the same words whatever it is', async () => {
    const lines = await told(
      aJournalEntry({ kind: 'would-return' }),
      aJournalEntry({ kind: 'closed', closedBy: 'silence' }),
      aJournalEntry({ kind: 'client-message', detail: { kind: 'reminder', channel: 'chat' } }),
      aJournalEntry({ kind: 'client-answered', detail: { answer: 'not-solved', led: 'reopen' } }),
      aJournalEntry({ kind: 'reopened', detail: { byClient: 1 } }),
      aJournalEntry({ kind: 'return-refused', detail: { why: 'denied', code: 'ACCESS_DENIED' } }),
    );

    expect(
      lines.map(({ fields }) => [fields['decision'], fields['closedBy'] ?? fields['about']]),
    ).toEqual([
      ['would-return', undefined],
      ['closed', 'silence'],
      ['client-message', { kind: 'reminder', channel: 'chat' }],
      ['client-answered', { answer: 'not-solved', led: 'reopen' }],
      ['reopened', { byClient: 1 }],
      ['return-refused', { why: 'denied', code: 'ACCESS_DENIED' }],
    ]);
    expect(new Set(lines.map(({ message }) => message))).toEqual(new Set(['decision']));
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('tells nothing that the journal did not take', async () => {
    const log = recordingLog();
    const away: Journal = {
      ...journalThatTakes(),
      append: () => Promise.reject(new Error('away')),
    };

    await expect(loggedJournal(away, log).append('p1', [aJournalEntry()])).rejects.toThrow('away');
    expect(log.lines).toEqual([]);
  });

  it('leaves every word and every name out, also where a careless detail holds them', async () => {
    const details = fc.dictionary(
      fc.constantFrom('reason', 'code', 'why', 'reference', 'title', 'comment', 'token', 'rule'),
      fc.constantFrom(WORDS, 'Irina Petrova says <b>no</b>', `x${WORDS}`),
    );
    await fc.assert(
      fc.asyncProperty(anyJournalEntry, details, async (entry, detail) => {
        let printed = '';
        const log = createLog('trace', { write: (line: string) => void (printed += line) });
        const results = entry.results.map((one) => ({ ...one, evidence: { said: WORDS } }));
        await loggedJournal(journalThatTakes(), log).append('p1', [{ ...entry, results, detail }]);

        expect(JSON.parse(printed)).toMatchObject({ msg: 'decision', decision: entry.kind });
        expect(printed).not.toMatch(/сентинель|Irina|Petrova/u);
      }),
      { numRuns: 200 },
    );
  });
});
