import { describe, expect, test } from '@jest/globals';
import { followTexts } from '../../src/app/follow-texts.ts';
import { templateProblems } from '../../src/app/admin/own-templates.ts';
import type { TemplateChange } from '../../src/app/ports/own-templates.ts';
import { loadOriginals } from '../../src/text/original-templates.ts';
import { createTextSets } from '../../src/text/text-sets.ts';
import { aClientMessage } from '../support/a-client-message.ts';
import { fakeTemplates, FakeTemplates } from '../support/fake-templates.ts';
import { recordingLog } from '../support/recording-log.ts';

const sets = createTextSets(loadOriginals(), recordingLog());

class CountingStore extends FakeTemplates {
  reads = 0;
  override async read(portalId: string) {
    this.reads += 1;
    return super.read(portalId);
  }
}

const change = (words: string | null, version: number): TemplateChange => ({
  language: 'ru',
  name: 'work-goes-on',
  text: words === null ? null : `Обращение {{ticketId}}\n\n${words}`,
  version,
  savedAt: 1,
  savedBy: 1,
});

function aProcess(store: FakeTemplates, portalId = 'a') {
  const followed = followTexts(portalId, store, sets);
  // Given out once, as use cases hold it.
  const { clientTexts } = followed;
  return {
    async says(): Promise<string> {
      await followed.refresh();
      return clientTexts.render('work-goes-on', 'ru', aClientMessage())?.plain ?? '';
    },
  };
}

describe('the words of one portal', () => {
  test('are the newest ones in every process with the next piece of work, and the originals after a reset', async () => {
    const store = new CountingStore();
    const [one, two] = [aProcess(store), aProcess(store)];
    const original = await one.says();
    await store.save('a', change('Первое слово.', 0));
    const saved = [await one.says(), await two.says()];
    await store.save('a', change(null, 1));
    const reset = [await one.says(), await two.says()];

    expect(saved).toEqual([
      expect.stringContaining('Первое слово.'),
      expect.stringContaining('Первое слово.'),
    ]);
    expect(reset).toEqual([original, original]);
  });

  test('are read whole only when something was saved', async () => {
    const store = new CountingStore();
    const one = aProcess(store);
    for (let index = 0; index < 5; index += 1) await one.says();
    const before = store.reads;
    await store.save('a', change('Слово.', 0));
    for (let index = 0; index < 5; index += 1) await one.says();

    expect([before, store.reads]).toEqual([0, 1]);
  });

  test('are not the words of another portal in the same process', async () => {
    const store = new FakeTemplates();
    const [mine, theirs] = [aProcess(store, 'a'), aProcess(store, 'b')];
    await store.save('a', change('Только наше.', 0));

    expect(await mine.says()).toContain('Только наше.');
    expect(await theirs.says()).not.toContain('Только наше.');
  });
});

describe('what the self-check is told', () => {
  test('names the texts that are not in force any more, and no others', async () => {
    const templates = fakeTemplates();
    await templates.store.save('a', change('Звоните {{phone}}', 0));
    await templates.store.save('a', { ...change('Хорошо.', 0), language: 'en' });
    await templates.store.save('a', { ...change('Ничей.', 0), name: 'gone' });
    await templates.store.save('a', { ...change('x', 0), name: 'request' });
    await templates.store.save('a', { ...change(null, 1), name: 'request' });

    expect(await templateProblems('a', { templates })).toEqual([
      {
        language: 'ru',
        name: 'work-goes-on',
        problem: expect.objectContaining({ code: 'unknown-variable', name: 'phone', line: 3 }),
      },
      { language: 'ru', name: 'gone', problem: null },
    ]);
    expect(await templateProblems('b', { templates })).toEqual([]);
  });
});
