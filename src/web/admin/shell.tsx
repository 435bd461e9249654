/** The page's frame: which part is shown. A hidden part keeps what was typed in it. */
import { useState } from 'preact/hooks';
import type { AdminScope } from './scope.ts';
import { SECTIONS } from './sections.tsx';
import type { Section } from './sections.tsx';

export function Shell(scope: AdminScope) {
  const { say, user } = scope;
  const mine = SECTIONS.filter(({ adminOnly }) => user.isAdmin || !adminOnly);
  const [shown, show] = useState(mine[0]?.id ?? null);
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set(mine.slice(0, 1).map((s) => s.id)));
  const open = ({ id }: Section): void => {
    setSeen(new Set([...seen, id]));
    show(id);
  };
  return (
    <>
      <header class="top">
        <h1>{say('title')}</h1>
        {mine.length > 1 && (
          <nav aria-label={say('sections')}>
            {mine.map((section) => (
              <button
                type="button"
                key={section.id}
                aria-current={section.id === shown ? 'page' : undefined}
                onClick={() => open(section)}
              >
                {say(section.title)}
              </button>
            ))}
          </nav>
        )}
      </header>
      {mine
        .filter(({ id }) => seen.has(id))
        .map(({ id, View }) => (
          <div key={id} hidden={id !== shown}>
            <View {...scope} />
          </div>
        ))}
    </>
  );
}
