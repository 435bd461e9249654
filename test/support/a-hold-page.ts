/** The pause page on a real HTTP server; what it asks for is noted and answered as told. */
import { once } from 'node:events';
import type { HoldRequest, HoldResult } from '../../src/app/hold-ticket.ts';
import { HOLD_LINK_MS, writeHoldToken } from '../../src/app/hold-token.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import { createFormTokens, createTokenSigner } from '../../src/http/token-signer.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { NOW, PORTAL, REF, SECRET } from './a-client-page.ts';
import { recordingLog } from './recording-log.ts';

export interface TestHoldPage {
  readonly url: string;
  readonly requests: {
    readonly portalId: string;
    readonly ref: TicketRef;
    readonly cycle: number;
    readonly request: HoldRequest;
  }[];
  answer: HoldResult;
  /** Thrown instead of the answer. */
  fault: Error | null;
  path(): string;
  shift(ms: number): void;
  close(): Promise<void>;
}

export async function aHoldPage(): Promise<TestHoldPage> {
  let now = NOW;
  const clock = { now: () => now };
  const log = recordingLog();
  const signer = createTokenSigner(SECRET);
  const server = createHttpServer({
    doorbell: { ring: () => Promise.resolve(), refused: () => Promise.resolve() },
    eventTokens: [],
    portalId: PORTAL,
    log,
    ready: () => true,
    holdPage: {
      async hold(portalId, { ref, cycle }, request) {
        page.requests.push({ portalId, ref, cycle, request });
        if (page.fault) throw page.fault;
        return page.answer;
      },
      ticketLink: (_portalId, { id }) => `https://portal.example/crm/deal/details/${id}/`,
      signer,
      formTokens: createFormTokens(SECRET, clock.now),
      clock,
      say: sayByName,
      log,
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const expiresAt = NOW + HOLD_LINK_MS;
  const page: TestHoldPage = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    answer: { kind: 'held', until: NOW, untilText: '01.12.2026 18:00 (UTC+3)' },
    fault: null,
    path: () => `/h/${writeHoldToken(signer, { portalId: PORTAL, ref: REF, cycle: 1, expiresAt })}`,
    shift(ms) {
      now += ms;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return page;
}
