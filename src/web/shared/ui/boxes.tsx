/** Boxes of a page: groups of fields, things that open in place, waiting. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A white card with a heading; `side` stands at the end of the heading's line. */
export function Group({
  title,
  hint,
  side,
  children,
}: {
  readonly title: string;
  readonly hint?: ComponentChildren;
  readonly side?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="group">
      <div class="group-head">
        <h2>{title}</h2>
        {side}
      </div>
      {hint ? <p class="hint">{hint}</p> : null}
      {children}
    </section>
  );
}

/** Fields side by side where the width lets them. */
export function Grid({ children }: { readonly children: ComponentChildren }) {
  return <div class="grid">{children}</div>;
}

/** What few people need: behind its title, in place. Native, so that a link to something inside can open it. */
export function Disclosure({
  title,
  open = false,
  children,
}: {
  readonly title: ComponentChildren;
  readonly open?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <details class="disclosure" open={open}>
      <summary>{title}</summary>
      <div class="inside">{children}</div>
    </details>
  );
}

/**
 * Opens right under its button instead of a dialog: in a frame as high as its content a dialog would open out of sight.
 * The first control gets the focus; Escape closes, and the focus goes back to where it was.
 */
export function InlinePanel({
  label,
  close,
  children,
}: {
  readonly label: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const first = box.current?.querySelector<HTMLElement>('select, input, textarea, button');
    (first ?? box.current)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <section
      class="inline-panel"
      ref={box}
      tabIndex={-1}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      {children}
    </section>
  );
}

export function Skeleton({
  label,
  rows = 4,
}: {
  /** `Loading…`, for those who do not see the grey lines. */
  readonly label: string;
  readonly rows?: number;
}) {
  return (
    <div role="status">
      <span class="unseen">{label}</span>
      <div class="skeleton" aria-hidden="true">
        {Array.from({ length: rows }, (_, at) => (
          <i key={at} />
        ))}
      </div>
    </div>
  );
}
