/** How a portal's answers about cards are understood, and what is tried when it does not take them. */
import { describe, expect, it } from '@jest/globals';
import type { CardDrawing, CardFace } from '../../src/app/ports/timeline-cards.ts';
import type { BatchCommand } from '../../src/bitrix24/batch-command.ts';
import type { PortalClient } from '../../src/bitrix24/portal-client.ts';
import { createTimelineCards } from '../../src/bitrix24/timeline-cards.ts';
import type { CommandResult } from '../../src/bitrix24/unwrap.ts';
import { createWriteBatches } from '../../src/bitrix24/write-batches.ts';
import { recordingLog } from '../support/recording-log.ts';

const both = (text: string) => ({ ru: `${text} ru`, en: `${text} en` });
const FACE: CardFace = {
  title: both('title'),
  tag: { type: 'failure', text: both('tag') },
  lines: [{ label: both('label'), text: both('text') }],
  note: both('note'),
  open: true,
  buttons: { recheck: both('again'), show: both('open'), panel: both('panel') },
};
const REF = { entityTypeId: 2, id: 759 };
const DRAWING: CardDrawing = {
  ref: REF,
  key: '2-759-1',
  activityId: null,
  responsibleId: 12,
  language: 'en',
  face: FACE,
};

type Answering = (command: BatchCommand) => CommandResult | undefined;

const ok = (value: unknown): CommandResult => ({ ok: true, value, total: null, next: null });
const refused = (code: string): CommandResult => ({ ok: false, code, httpStatus: 200 });

function cardsOf(answering: Answering) {
  const sent: BatchCommand[][] = [];
  const client: PortalClient = {
    call: () => Promise.reject(new Error('cards travel in batches')),
    async batch(commands) {
      sent.push([...commands]);
      return new Map(
        commands.flatMap((command) => {
          const answer = answering(command);
          return answer === undefined ? [] : [[command.key, answer] as const];
        }),
      );
    },
    origin: () => 'https://portal.example',
  };
  const log = recordingLog();
  const cards = createTimelineCards(client, createWriteBatches(client, log), log);
  return { cards, sent };
}

const layoutText = ({ params }: BatchCommand): string => JSON.stringify(params['layout']);

describe('a card that is drawn', () => {
  it('is added with its key, label and responsible, in both languages', async () => {
    const { cards, sent } = cardsOf(() => ok({ activity: { id: '999' } }));
    const drawn = await cards.draw([DRAWING], 'live');

    expect(drawn.get('2-759-1')).toEqual({ kind: 'drawn', activityId: 999 });
    expect(sent[0]?.[0]).toMatchObject({
      method: 'crm.activity.configurable.add',
      params: {
        ownerTypeId: 2,
        ownerId: 759,
        fields: {
          completed: 'N',
          badgeCode: 'closegate_returned',
          responsibleId: 12,
          originatorId: 'closegate',
          originId: '2-759-1',
        },
        layout: {
          header: { title: both('title') },
          footer: { buttons: { recheck: { action: { type: 'restEvent', id: 'recheck' } } } },
        },
      },
    });
  });

  it('and done with is completed, without label and «check again»', async () => {
    const { cards, sent } = cardsOf(() => ok({ activity: { id: 15 } }));
    await cards.draw([{ ...DRAWING, activityId: 15, face: { ...FACE, open: false } }], 'live');
    const [command] = sent.flat();

    expect(command).toMatchObject({
      method: 'crm.activity.configurable.update',
      params: { id: 15, fields: { completed: 'Y', badgeCode: '' } },
    });
    expect(sent.flat().map(layoutText).join('')).not.toContain('recheck');
  });

  it.each<[string, CommandResult | undefined, object]>([
    ['no answer', undefined, { kind: 'unknown' }],
    ['a passing failure', refused('INTERNAL_SERVER_ERROR'), { kind: 'unknown' }],
    ['a record without an id', ok({}), { kind: 'unknown' }],
    ['a ticket that is gone', refused('NOT_FOUND'), { kind: 'gone' }],
    [
      'no application',
      refused('ERROR_WRONG_CONTEXT'),
      { kind: 'refused', code: 'ERROR_WRONG_CONTEXT' },
    ],
  ])('tells %s apart', async (_what, answer, expected) => {
    const { cards, sent } = cardsOf(() => answer);

    expect((await cards.draw([DRAWING], 'live')).get('2-759-1')).toEqual(expected);
    expect(sent).toHaveLength(1);
  });

  it('in one language where the portal does not have the other, from then on at once', async () => {
    const { cards, sent } = cardsOf((command) =>
      layoutText(command).includes('title ru')
        ? refused('WRONG_LANG')
        : ok({ activity: { id: 15 } }),
    );
    const first = await cards.draw([DRAWING], 'live');
    await cards.draw([DRAWING], 'live');

    expect(first.get('2-759-1')).toEqual({ kind: 'drawn', activityId: 15 });
    expect(
      sent.map((commands) => commands.some((one) => layoutText(one).includes('title ru'))),
    ).toEqual([true, false, false]);
  });

  it('that is refused in every form is refused, after a handful of tries', async () => {
    const { cards, sent } = cardsOf(() => refused('FIELD_IS_REDUNDANT'));
    const drawn = await cards.draw([DRAWING], 'live');

    expect(drawn.get('2-759-1')).toEqual({ kind: 'refused', code: 'FIELD_IS_REDUNDANT' });
    expect(sent.length).toBeLessThanOrEqual(6);
  });
});

describe('cards that are looked for', () => {
  it('are those with the very key', async () => {
    const { cards } = cardsOf(() =>
      ok([
        { ID: '20', ORIGIN_ID: '2-759-2' },
        { ID: '15', ORIGIN_ID: '2-759-1' },
      ]),
    );

    expect([...(await cards.find([{ ref: REF, key: '2-759-1' }]))]).toEqual([['2-759-1', 15]]);
  });

  it('are not taken for missing while the portal cannot be asked', async () => {
    const { cards } = cardsOf(() => refused('INTERNAL_SERVER_ERROR'));

    await expect(cards.find([{ ref: REF, key: '2-759-1' }])).rejects.toMatchObject({
      retry: 'backoff',
    });
  });
});

describe('a record that was pressed', () => {
  const record = (originatorId: string | null) =>
    ok({
      activity: { id: 15, ownerTypeId: '2', ownerId: 759, fields: { originatorId, originId: 'k' } },
    });

  it.each<[string, CommandResult, object[]]>([
    ['of the app is known by its owner', record('closegate'), [{ ref: REF, key: 'k' }]],
    ['of somebody else is none', record('other'), []],
    ['without an origin is none', record(null), []],
    ['that is gone is none', refused('NOT_FOUND'), []],
    ['that may not be seen is none', refused('ACCESS_DENIED'), []],
  ])('%s', async (_what, answer, expected) => {
    const { cards } = cardsOf(() => answer);

    expect([...(await cards.identify([15])).values()]).toEqual(expected);
  });
});
