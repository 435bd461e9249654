/**
 * Spans for hosts that trace (OpenTelemetry). Without an SDK in the process the interface does nothing. Spans hold ids, names of methods
 * and codes: no address, no parameter, no word of anybody.
 */
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import type { Doorbell, RequestBudget, RequestSeen } from '../app/ports/runtime.ts';
import { faultFields } from '../errors.ts';

/** Asked for each time: an SDK may be registered after this module was loaded. */
const tracer = () => trace.getTracer('closegate');

export const ofPortal = (portalId: string): Attributes => ({ 'closegate.portal': portalId });

/** `work` as a span; what it throws is told by its code alone. */
export function traced<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setAttribute('error.type', faultFields(error)['code'] ?? 'unknown');
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** From the event's token being known to its standing in the store. */
export function tracedDoorbell(doorbell: Doorbell): Doorbell {
  return {
    ...doorbell,
    ring(portalId, rung) {
      if (rung.length === 0) return doorbell.ring(portalId, rung);
      const attributes = { ...ofPortal(portalId), 'closegate.events': rung.length };
      return traced('acknowledge events', attributes, () => doorbell.ring(portalId, rung));
    },
  };
}

/** Each request to a portal, told when its answer is there. */
export function tracedBudget(budget: RequestBudget, now: () => number): RequestBudget {
  return {
    ...budget,
    seen(request) {
      noteRequest(request, now());
      budget.seen?.(request);
    },
  };
}

function noteRequest(request: RequestSeen, endTime: number): void {
  const { portalId, method, methods, outcome, status, ms, attempt } = request;
  const span = tracer().startSpan(`portal ${method}`, {
    kind: SpanKind.CLIENT,
    startTime: endTime - ms,
    attributes: {
      ...ofPortal(portalId),
      'closegate.method': method,
      'closegate.commands': methods.length,
      'closegate.outcome': outcome,
      'closegate.attempt': attempt,
      'http.response.status_code': status,
    },
  });
  if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(endTime);
}
