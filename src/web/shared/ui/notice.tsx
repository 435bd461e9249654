/** A message in its place in the page: the frame may be far higher than the window, so nothing floats. */
import type { ComponentChildren } from 'preact';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';

export type Tone = 'info' | 'good' | 'wait' | 'bad';
const ICONS: Readonly<Record<Tone, IconName>> = {
  info: 'info',
  good: 'done',
  wait: 'warn',
  bad: 'cross',
};

interface NoticeProps {
  readonly tone: Tone;
  readonly title?: ComponentChildren;
  readonly children?: ComponentChildren;
  /** `alert` interrupts a screen reader, `status` waits, absent: part of the page. */
  readonly live?: 'alert' | 'status';
}

export function Notice({ tone, title, children, live }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={live}>
      <Icon name={ICONS[tone]} />
      <div>
        {title ? <p class="notice-title">{title}</p> : null}
        {children}
      </div>
    </div>
  );
}

/** A word in a rounded box: state is colour and word together. */
export function Badge({
  tone,
  children,
}: {
  readonly tone: Tone | 'plain';
  readonly children: ComponentChildren;
}) {
  return <span class={`badge ${tone}`}>{children}</span>;
}
