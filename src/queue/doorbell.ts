import type { GateAnswer, RingStore } from '../app/ports/rings.ts';
import type { Doorbell, EventIds, Log } from '../app/ports/runtime.ts';
import { faultFields } from '../errors.ts';

/** Adds the sweep job of the portal's turn, unless it waits already. */
export type AddSweep = (
  portalId: string,
  gate: Pick<GateAnswer, 'delayMs' | 'turn'>,
) => Promise<void>;

export interface DoorbellOptions {
  readonly rings: RingStore;
  readonly addSweep: AddSweep;
  readonly log: Log;
}

/** Rings of one portal that came in the same turn of the event loop share one script call. */
interface Batch {
  readonly events: EventIds[];
  wake: boolean;
  readonly done: Promise<void>;
}

/** Keeps one script call short, however many events arrive in one turn. */
const MAX_BATCH = 500;

export function createDoorbell({ rings, addSweep, log }: DoorbellOptions): Doorbell {
  const batches = new Map<string, Batch>();

  async function write(
    portalId: string,
    events: readonly EventIds[],
    wake: boolean,
  ): Promise<void> {
    const gate = await rings.ring(portalId, events, wake);
    if (!gate.open) return;
    try {
      await addSweep(portalId, gate);
    } catch (error) {
      // The events stand in the inbox, so the ring is kept: the next one, or the schedule, brings the sweep.
      log.warn(
        { portalId, ...faultFields(error) },
        'A sweep could not be queued; the schedule will',
      );
      await rings.releaseGate(portalId).catch(() => undefined);
    }
  }

  function openBatch(portalId: string): Batch {
    const events: EventIds[] = [];
    const turn = new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    const batch: Batch = {
      events,
      wake: false,
      done: turn.then(() => {
        if (batches.get(portalId) === batch) batches.delete(portalId);
        return write(portalId, events, batch.wake);
      }),
    };
    batches.set(portalId, batch);
    return batch;
  }

  return {
    ring(portalId, events) {
      const batch = batches.get(portalId) ?? openBatch(portalId);
      batch.events.push(...events);
      if (events.length === 0 || events.some((event) => event.key !== '')) batch.wake = true;
      if (batch.events.length >= MAX_BATCH) batches.delete(portalId);
      return batch.done;
    },
    refused: () => rings.countRefused(),
  };
}
