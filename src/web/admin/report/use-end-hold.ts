/** Takes a ticket off hold by one press; pressed again while it is under way, nothing more happens. */
import { useState } from 'preact/hooks';
import type { TicketPlace } from '../../../core/admin/report-state.ts';
import type { Api } from '../../shared/api.ts';
import type { Trouble } from './use-load.ts';
import { troubleOf } from './use-load.ts';

export interface EndHold {
  readonly busy: boolean;
  readonly trouble: Trouble | null;
  readonly end: () => void;
}

/** @param ended told what the server says; the lists are read anew then */
export function useEndHold(
  api: Api,
  ticket: TicketPlace,
  ended: (message: string) => void,
): EndHold {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const send = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setTrouble(null);
    const body = { ticket: ticket.key, off: true };
    const answer = await api.call<{ message: string }>('/api/report/hold', {
      method: 'POST',
      body,
    });
    setBusy(false);
    if (answer.kind === 'ok') ended(answer.value.message);
    else setTrouble(troubleOf(answer));
  };
  return { busy, trouble, end: () => void send() };
}
