/** The decision about the knowledge base: there is an article, one was updated, write one, or none is needed and why. */
import { useState } from 'preact/hooks';
import type { Scope } from './scope.ts';
import { SubmitRow } from './forms.tsx';

interface Props extends Scope {
  readonly done: () => void;
}

const WAYS = ['exists', 'updated', 'create', 'not-needed'] as const;
type Way = (typeof WAYS)[number];
/** Ways that name an article; what is written there stays when one goes from one to the other. */
const isNaming = (way: Way): way is 'exists' | 'updated' => way === 'exists' || way === 'updated';

export function KnowledgeForm({ done, ...scope }: Props) {
  const { card, say } = scope;
  const [way, setWay] = useState<Way>('exists');
  const [text, setText] = useState<Texts>({ link: '', create: '', 'not-needed': '' });
  const place = isNaming(way) ? 'link' : way;
  const write = (value: string): void => setText({ ...text, [place]: value });
  const submit = async (): Promise<void> => {
    if (await card.act(way === 'create' ? 'kb-create' : 'kb-decide', wishOf(way, text))) done();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Ways way={way} say={say} choose={setWay} />
      <label class="field">
        {say(LABELS[place])}
        {place === 'link' ? (
          <input
            type="url"
            value={text.link}
            onInput={(event) => write(event.currentTarget.value)}
          />
        ) : (
          <textarea
            rows={2}
            value={text[place]}
            onInput={(event) => write(event.currentTarget.value)}
          />
        )}
      </label>
      {place === 'link' && <Search {...scope} use={(link) => setText({ ...text, link })} />}
      <SubmitRow {...scope} label={say('save')} cancel={done} />
    </form>
  );
}

type Texts = Readonly<Record<'link' | 'create' | 'not-needed', string>>;

function wishOf(way: Way, text: Texts): object {
  if (way === 'create') return { conditions: text.create };
  if (way === 'not-needed') return { decision: way, why: text['not-needed'] };
  return { decision: way, link: text.link.trim() };
}

function Ways({
  way,
  say,
  choose,
}: Pick<Scope, 'say'> & { readonly way: Way; readonly choose: (way: Way) => void }) {
  return (
    <fieldset>
      <legend>{say('kb.title')}</legend>
      <div class="choices">
        {WAYS.map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="kb" checked={way === one} onChange={() => choose(one)} />{' '}
            {say(`kb.${one}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const LABELS = { link: 'kb.link', create: 'kb.conditions', 'not-needed': 'kb.why' } as const;

interface Found {
  readonly articles: readonly { readonly title: string; readonly link: string }[];
  readonly tickets: readonly {
    readonly title: string;
    readonly solution: string;
    readonly link: string;
  }[];
  readonly unavailable: boolean;
}

/** Words, or none: then what is like this ticket. */
function Search({ card, say, use }: Scope & { readonly use: (link: string) => void }) {
  const [words, setWords] = useState('');
  const [found, setFound] = useState<Found | 'searching' | null>(null);
  const search = async (): Promise<void> => {
    setFound('searching');
    const request = { method: 'POST', body: { words } } as const;
    const answer = await card.api.call<Found>('/api/card/similar', request);
    setFound(
      answer.kind === 'ok' ? answer.value : { articles: [], tickets: [], unavailable: true },
    );
  };
  return (
    <>
      <div class="row">
        <input
          type="search"
          class="grow"
          aria-label={say('kb.search.words')}
          placeholder={say('kb.search.words')}
          maxLength={300}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <button type="button" onClick={() => void search()}>
          {say('kb.search')}
        </button>
      </div>
      <div role="status">{found !== null && <FoundText found={found} say={say} />}</div>
      {found !== null && found !== 'searching' && <FoundList found={found} say={say} use={use} />}
    </>
  );
}

function FoundText({
  found,
  say,
}: {
  readonly found: Found | 'searching';
  readonly say: Scope['say'];
}) {
  if (found === 'searching') return <p class="soft">{say('kb.searching')}</p>;
  const count = found.articles.length + found.tickets.length;
  if (count > 0) return <p class="soft">{say('kb.found', { count })}</p>;
  return <p class="soft">{say(found.unavailable ? 'kb.unavailable' : 'kb.nothing')}</p>;
}

function FoundList({
  found,
  say,
  use,
}: {
  readonly found: Found;
  readonly say: Scope['say'];
  readonly use: (link: string) => void;
}) {
  return (
    <>
      <ul class="plain">
        {found.articles.map(({ title, link }) => (
          <li key={link} class="row">
            <a class="grow" href={link} target="_blank" rel="noreferrer">
              {title}
            </a>
            <button
              type="button"
              aria-label={say('about', { action: say('kb.use'), what: title })}
              onClick={() => use(link)}
            >
              {say('kb.use')}
            </button>
          </li>
        ))}
      </ul>
      {found.tickets.length > 0 && (
        <>
          <h3>{say('kb.tickets')}</h3>
          <ul class="plain">
            {found.tickets.map(({ title, solution, link }) => (
              <li key={link}>
                <a href={link} target="_blank" rel="noreferrer">
                  {title}
                </a>
                <p class="soft">{solution}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
