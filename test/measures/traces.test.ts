/** Spans: what is told of each piece of work to a tracer that a host brings, and what never is. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import type { Attributes, Span, SpanOptions, Tracer } from '@opentelemetry/api';
import { AppError } from '../../src/errors.ts';
import { traced, tracedBudget, tracedDoorbell } from '../../src/measures/traces.ts';

interface Told {
  readonly name: string;
  readonly options: SpanOptions;
  readonly attributes: Attributes;
  failed: boolean;
  ended: boolean;
}

/** A provider as a host's SDK registers one; it keeps what it is told. */
function registerProvider(): readonly Told[] {
  const spans: Told[] = [];
  const begin = (name: string, options: SpanOptions = {}): Span => {
    const told: Told = { name, options, attributes: {}, failed: false, ended: false };
    spans.push(told);
    const none = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const span: Span = Object.assign(Object.create(none), {
      setAttribute(key: string, value: string) {
        told.attributes[key] = value;
        return span;
      },
      setStatus() {
        told.failed = true;
        return span;
      },
      end() {
        told.ended = true;
      },
    });
    return span;
  };
  const tracer: Tracer = {
    startSpan: begin,
    startActiveSpan(name: string, options: SpanOptions, work: (span: Span) => unknown) {
      return work(begin(name, options));
    },
  } as Tracer;
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  return spans;
}

describe('traces', () => {
  let spans: readonly Told[];
  beforeEach(() => {
    spans = registerProvider();
  });
  afterEach(() => trace.disable());

  it('hold the work from its beginning to its end, and give back what it gave', async () => {
    const done = await traced('sweep portal', { 'closegate.portal': 'p1' }, async () => {
      expect(spans).toMatchObject([{ name: 'sweep portal', ended: false }]);
      return 7;
    });

    expect(done).toBe(7);
    expect(spans).toMatchObject([
      { options: { attributes: { 'closegate.portal': 'p1' } }, failed: false, ended: true },
    ]);
  });

  it('tell a fault by its code, and let it through', async () => {
    const fault = new AppError('portal-denied', 'сентинель', { cause: 'сентинель' });

    await expect(traced('timer close', {}, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(spans).toMatchObject([
      { attributes: { 'error.type': 'portal-denied' }, failed: true, ended: true },
    ]);
    expect(JSON.stringify(spans)).not.toContain('сентинель');
  });

  it('tell of events that are taken, not of the schedule', async () => {
    const rung: number[] = [];
    const doorbell = tracedDoorbell({
      ring: async (_portalId, events) => void rung.push(events.length),
      refused: async () => undefined,
    });
    await doorbell.ring('p1', []);
    await doorbell.ring('p1', [{ key: '2:759', code: 'ONCRMDEALUPDATE' }]);

    expect(rung).toEqual([0, 1]);
    expect(spans).toMatchObject([
      { name: 'acknowledge events', options: { attributes: { 'closegate.events': 1 } } },
    ]);
  });

  it('tell of each request its method, its status and how long it took', async () => {
    const heard: string[] = [];
    const budget = tracedBudget(
      {
        take: async () => undefined,
        refused: async () => undefined,
        spent: async () => undefined,
        operatingWait: async () => 0,
        exhausted: async () => undefined,
        seen: ({ method }) => void heard.push(method),
      },
      () => 10_000,
    );
    const request = { portalId: 'p1', method: 'batch', methods: ['a', 'b'], attempt: 2 };
    budget.seen?.({ ...request, outcome: 'ok', status: 200, ms: 120 });
    budget.seen?.({ ...request, outcome: 'ACCESS_DENIED', status: 403, ms: 9 });

    expect(heard).toEqual(['batch', 'batch']);
    expect(spans).toMatchObject([
      {
        name: 'portal batch',
        options: {
          startTime: 9880,
          attributes: { 'closegate.commands': 2, 'http.response.status_code': 200 },
        },
        failed: false,
        ended: true,
      },
      { options: { attributes: { 'closegate.outcome': 'ACCESS_DENIED' } }, failed: true },
    ]);
  });
});

describe('without a tracer of the host', () => {
  it('the work is done all the same', async () => {
    expect(await traced('sweep portal', {}, async () => 7)).toBe(7);
  });
});
