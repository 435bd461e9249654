/** Tabs as the ARIA practices describe them: one stop for the Tab key, arrows move between them. */
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';

export interface Tab {
  readonly id: string;
  readonly title: string;
  /** Number of problems inside, told in words by `marked`; 0: none. */
  readonly problems?: number;
  readonly view: () => ComponentChildren;
}

interface TabsProps {
  /** Prefix of the ids of tabs and panels. */
  readonly id: string;
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly shown: string;
  readonly onShow: (id: string) => void;
  /** `3 problems`: for screen readers, after the title. */
  readonly marked?: (count: number) => string;
}

/** A tab that has been seen stays in the page, hidden, so that nothing typed in it is lost. */
export function Tabs(props: TabsProps) {
  const { id, label, tabs, shown, onShow } = props;
  const list = useRef<HTMLDivElement>(null);
  const [seen, see] = useState<ReadonlySet<string>>(new Set());
  const mounted = seen.has(shown) ? seen : new Set([...seen, shown]);
  if (mounted !== seen) see(mounted);
  const press = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((tab) => tab.id === shown);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onShow(next.id);
    list.current?.querySelector<HTMLElement>(`[id="${id}-tab-${next.id}"]`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={press}>
        {tabs.map((tab) => (
          <TabButton key={tab.id} {...props} tab={tab} mounted={mounted.has(tab.id)} />
        ))}
      </div>
      {tabs
        .filter((tab) => mounted.has(tab.id))
        .map((tab) => (
          <div
            key={tab.id}
            role="tabpanel"
            id={`${id}-panel-${tab.id}`}
            aria-labelledby={`${id}-tab-${tab.id}`}
            hidden={tab.id !== shown}
          >
            {tab.view()}
          </div>
        ))}
    </>
  );
}

function TabButton({
  id,
  tab,
  shown,
  mounted,
  onShow,
  marked,
}: TabsProps & { readonly tab: Tab; readonly mounted: boolean }) {
  const { title, problems = 0 } = tab;
  return (
    <button
      type="button"
      role="tab"
      id={`${id}-tab-${tab.id}`}
      aria-selected={tab.id === shown}
      aria-controls={mounted ? `${id}-panel-${tab.id}` : undefined}
      tabIndex={tab.id === shown ? 0 : -1}
      onClick={() => onShow(tab.id)}
    >
      {title}
      {problems > 0 && (
        <span class="count">
          <span aria-hidden="true">{problems}</span>
          <span class="unseen">{marked?.(problems) ?? problems}</span>
        </span>
      )}
    </button>
  );
}
