/**
 * The obvious way to build the gate, kept as the yardstick of the benchmark: one job per event, one read per job,
 * one request per write. No coalescing, no batches, no cursor.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface NaiveGate {
  readonly eventsUrl: string;
  /** HTTP requests sent to the portal so far. */
  requests(): number;
  /** Jobs waiting or under way. */
  backlog(): number;
  close(): void;
}

export interface NaiveOptions {
  readonly webhookUrl: string;
  readonly closedStage: string;
  readonly solutionField: string;
}

const CONCURRENCY = 20;

type Item = Readonly<Record<string, unknown>>;

/** Judges one thing only (is the solution written?), which flatters it. */
export async function startNaiveGate(options: NaiveOptions): Promise<NaiveGate> {
  let sent = 0;
  let open = 0;
  let running = 0;
  const waiting: number[] = [];
  const call = async (method: string, params: object): Promise<Record<string, unknown>> => {
    for (;;) {
      sent += 1;
      const answer = await fetch(`${options.webhookUrl}${method}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(params),
      });
      const body = (await answer.json()) as Record<string, unknown>;
      if (answer.status !== 503) return body;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };

  async function judge(id: number): Promise<void> {
    const answer = await call('crm.item.get', { entityTypeId: 2, id, useOriginalUfNames: 'Y' });
    const item = (answer['result'] as { item?: Item } | undefined)?.item;
    if (!item || item['stageId'] !== options.closedStage || item[options.solutionField]) return;
    const history = await call('crm.stagehistory.list', {
      entityTypeId: 2,
      filter: { OWNER_ID: id },
      order: { ID: 'DESC' },
    });
    const rows = (history['result'] as { items?: { STAGE_ID: string }[] } | undefined)?.items ?? [];
    await call('crm.item.update', {
      entityTypeId: 2,
      id,
      fields: { stageId: rows[1]?.STAGE_ID ?? 'C5:NEW' },
    });
    await call('crm.timeline.comment.add', {
      fields: { ENTITY_ID: id, ENTITY_TYPE: 'deal', COMMENT: 'The solution is missing' },
    });
    await call('im.notify.system.add', {
      USER_ID: item['movedBy'],
      MESSAGE: `Ticket ${id} is back`,
    });
  }

  /** As a queue's worker does it: so many jobs at a time, each for itself. */
  function work(): void {
    while (running < CONCURRENCY) {
      const id = waiting.shift();
      if (id === undefined) return;
      running += 1;
      void judge(id).finally(() => {
        open -= 1;
        running -= 1;
        work();
      });
    }
  }

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.end('ok');
      const id = Number(new URLSearchParams(body).get('data[FIELDS][ID]'));
      if (!id) return;
      open += 1;
      waiting.push(id);
      work();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    eventsUrl: `http://127.0.0.1:${port}/events`,
    requests: () => sent,
    backlog: () => open,
    close: () => server.close(),
  };
}
