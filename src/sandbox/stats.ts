/** What the portal has counted since its start (or since reset). */
export interface Stats {
  /** REST requests over HTTP; a batch is one. */
  requests: number;
  /** Calls by method, those inside a batch included. */
  byMethod: Record<string, number>;
  /** Commands run inside batches. */
  commands: number;
  /** QUERY_LIMIT_EXCEEDED answers. */
  rejections: number;
  /** OPERATION_TIME_LIMIT answers. */
  operatingRejections: number;
  eventsSent: number;
  eventsFailed: number;
  eventsDropped: number;
  /** Keys of `fields` that crm.item.update dropped silently. */
  ignoredFields: number;
  /** Letters and chat messages that reached a client. */
  clientMessages: number;
  /** The first requests answered with an error, as "method: code". */
  errors: Record<string, number>;
}

export function createStats(): Stats & { reset(): void } {
  const zero = (): Stats => ({
    requests: 0,
    byMethod: {},
    commands: 0,
    rejections: 0,
    operatingRejections: 0,
    eventsSent: 0,
    eventsFailed: 0,
    eventsDropped: 0,
    ignoredFields: 0,
    clientMessages: 0,
    errors: {},
  });
  const stats = {
    ...zero(),
    reset(): void {
      Object.assign(stats, zero());
    },
  };
  return stats;
}
