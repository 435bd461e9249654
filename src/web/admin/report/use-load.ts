/** One thing read from the server: what is shown stays while it is read anew. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api, ApiAnswer } from '../../shared/api.ts';

export interface Trouble {
  readonly kind: 'refused' | 'away' | 'over';
  /** The server's own words; '' where it gave none. */
  readonly message: string;
}

export interface Loaded<T> {
  readonly value: T | null;
  readonly busy: boolean;
  readonly trouble: Trouble | null;
  readonly reload: () => void;
}

/** @param path null: nothing is asked for yet */
export function useLoad<T>(api: Api, path: string | null): Loaded<T> {
  const [shown, show] = useState<Omit<Loaded<T>, 'reload'>>({
    value: null,
    busy: path !== null,
    trouble: null,
  });
  const [round, again] = useState(0);
  const newest = useRef(0);
  useEffect(() => {
    newest.current += 1;
    const mine = newest.current;
    if (path === null) return;
    show(({ value }) => ({ value, busy: true, trouble: null }));
    void api.call<T>(path).then((answer) => {
      // A later question was asked meanwhile: this answer is not what is wanted any more.
      if (mine !== newest.current) return;
      show(({ value }) =>
        answer.kind === 'ok'
          ? { value: answer.value, busy: false, trouble: null }
          : { value, busy: false, trouble: troubleOf(answer) },
      );
    });
  }, [path, round]);
  return { ...shown, reload: () => again((count) => count + 1) };
}

export function troubleOf(answer: ApiAnswer<unknown>): Trouble | null {
  if (answer.kind === 'ok' || answer.kind === 'same') return null;
  if (answer.kind === 'refused') return { kind: 'refused', message: answer.message };
  return { kind: answer.kind, message: '' };
}
