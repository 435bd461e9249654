/** A ticket in a list: opens its card in the portal's own slider; without a portal around it, in a new tab. */
import type { Bridge } from '../../shared/bridge.ts';
import type { ReportSay } from './words.ts';

interface TicketLinkProps {
  readonly ticket: { readonly number: number; readonly path: string; readonly link: string };
  /** '' where the reader may not see it; null: the number alone. */
  readonly title: string | null;
  readonly say: ReportSay;
  readonly bridge: Bridge | null;
}

export function TicketLink({ ticket, title, say, bridge }: TicketLinkProps) {
  const { number, path, link } = ticket;
  const open = (event: MouseEvent): void => {
    // A tab of one's own stays a tab of one's own.
    if (bridge === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    bridge.tell('openPath', { path });
  };
  return (
    <>
      <a
        href={link}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={say('list.open', { number })}
        onClick={open}
      >
        {say('list.number', { number })}
      </a>{' '}
      {title === '' ? <span class="soft">{say('list.unseen')}</span> : title}
    </>
  );
}
