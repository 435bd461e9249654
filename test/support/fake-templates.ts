/** Message templates of portals in memory, with the rules of the store; the book is the real one. */
import type {
  OwnTemplate,
  OwnTemplateParts,
  OwnTemplates,
  TemplateChange,
  TemplateStore,
} from '../../src/app/ports/own-templates.ts';
import { loadOriginals } from '../../src/text/original-templates.ts';
import { createTemplateBook } from '../../src/text/template-book.ts';
import { createTextSets } from '../../src/text/text-sets.ts';
import { recordingLog } from './recording-log.ts';

export class FakeTemplates implements TemplateStore {
  readonly kept = new Map<string, OwnTemplate>();
  tests = 0;
  testsAllowed = 20;
  private saves = 0;

  async revision(): Promise<string> {
    return this.saves === 0 ? '' : `r${this.saves}`;
  }
  async read(portalId: string): Promise<OwnTemplates> {
    const templates = [...this.kept]
      .filter(([key]) => key.startsWith(`${portalId} `))
      .map(([, template]) => template);
    return { revision: await this.revision(), templates };
  }
  async save(portalId: string, { version, ...change }: TemplateChange) {
    const key = `${portalId} ${change.language}/${change.name}`;
    const before = this.kept.get(key);
    if ((before?.version ?? 0) !== version) {
      return { kind: 'changed', version: before?.version ?? 0 } as const;
    }
    this.saves += 1;
    const worn = before === undefined || before.text === null ? [] : [before.text];
    const past = [...worn, ...(before?.past ?? [])].slice(0, 3);
    this.kept.set(key, { ...change, version: version + 1, past });
    return { kind: 'saved', version: version + 1 } as const;
  }
  async takeTest(): Promise<boolean> {
    this.tests += 1;
    return this.tests <= this.testsAllowed;
  }
}

export function fakeTemplates(): OwnTemplateParts & { readonly store: FakeTemplates } {
  const originals = loadOriginals();
  return {
    store: new FakeTemplates(),
    book: createTemplateBook(originals),
    inForce: createTextSets(originals, recordingLog()).shared,
  };
}
