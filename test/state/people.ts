/** What people do on a portal while its state is recorded; each of it goes on the tape. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { TapeStep } from './portal-tape.ts';
import { doByHand } from './portal-tape.ts';
import { WRITTEN } from '../support/ready-ticket.ts';

export const PIPELINE = { entityTypeId: 2, categoryId: 5 } as const;
const AGENT = 2;

interface FieldView {
  readonly name: string;
  readonly label: string;
  readonly items: readonly { readonly id: number; readonly value: string }[];
}

export type Ref = { readonly entityTypeId: number; readonly id: number };

export class People {
  readonly sandbox: Sandbox;
  readonly steps: TapeStep[] = [];
  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }
  /** Everything that was done there, a step a line. */
  tape(): string {
    return this.steps.map((step) => `${JSON.stringify(step)}\n`).join('');
  }
  do(what: Extract<TapeStep, { by: 'hand' }>['what'], ...args: unknown[]): unknown {
    this.steps.push({ by: 'hand', at: this.sandbox.clock.now(), what, args });
    return doByHand(this.sandbox, what, args);
  }
  ticket(title: string): Ref {
    const contact = { name: 'Павел', lastName: 'Сомов', emails: [], phones: ['+7 900 000-00-00'] };
    const contactIds = [this.do('addContact', contact)];
    const wanted = {
      ...PIPELINE,
      stageId: 'C5:PREPARATION',
      title,
      contactIds,
      assignedById: AGENT,
    };
    return this.do('createTicket', wanted, AGENT) as Ref;
  }
  async ready(title: string, more: typeof WRITTEN = {}): Promise<Ref> {
    const ref = this.ticket(title);
    this.do('operatorWrites', ref, 'Исправили, код отправлен повторно.', AGENT);
    const answer = await fetch(`${this.sandbox.url}/sandbox/api/ticket/2/${ref.id}`);
    const { fields } = (await answer.json()) as { readonly fields: readonly FieldView[] };
    const values = Object.entries({ ...WRITTEN, ...more }).flatMap(([label, value]) => {
      const field = fields.find((one) => one.label === label);
      if (field === undefined) process.stdout.write(`no field «${label}»\n`);
      return field
        ? [[field.name, field.items.find((one) => one.value === value)?.id ?? value]]
        : [];
    });
    this.do('setFields', ref, Object.fromEntries(values), AGENT);
    return ref;
  }
  close(ref: Ref): void {
    this.do('moveTicket', ref, 'C5:WON', AGENT);
  }
  async until(ref: Ref, stageId: string): Promise<void> {
    for (let look = 0; this.sandbox.control.ticket(ref).stageId !== stageId; look += 1) {
      if (look > 200)
        throw new Error(`${ref.id} stands on ${this.sandbox.control.ticket(ref).stageId}`);
      await sleep(100);
    }
    await sleep(1500);
  }
}
