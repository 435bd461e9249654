/** What agents read on the ticket about the client's side. Implemented by text/ from the locale files. */
import type { ChannelName } from './client.ts';
import type { Language } from './texts.ts';

interface Sent {
  readonly channel: ChannelName;
  readonly reference: string;
  readonly id: number;
}
interface Quote {
  /** The client's own words; '' when there are none. */
  readonly text: string;
}
type Nothing = Readonly<Record<never, never>>;

/** Note → what it needs. Every value is made safe by the implementation; line breaks of a quote stay. */
export interface ClientNoteParams {
  readonly asked: Sent;
  readonly reminded: Sent;
  readonly 'call-needed': Nothing;
  readonly undelivered: Nothing;
  readonly 'no-solution': Nothing;
  readonly 'to-do.title': { readonly id: number };
  readonly 'to-do.text': { readonly id: number };
  /** A notification that names the ticket; `text` is another note or words of the client. */
  readonly notice: { readonly id: number; readonly link: string; readonly text: string };
  readonly confirmed: Nothing;
  readonly 'not-solved': Quote;
  readonly question: Quote;
  readonly contradiction: Quote;
  readonly reply: { readonly channel: ChannelName };
  readonly 'confirmed-but': { readonly gaps: string };
  readonly 'silence-blocked': { readonly reasons: string };
  readonly held: { readonly until: string };
  readonly 'closed-on-silence': { readonly asked: string; readonly reminded: string };
  readonly 'notice-sent': { readonly channel: ChannelName };
  readonly reopened: { readonly cycle: number };
  readonly 'mistake-asked': Nothing;
  readonly 'new-ticket': { readonly link: string };
}
export type ClientNoteCode = keyof ClientNoteParams;

export interface ClientNotes {
  note<C extends ClientNoteCode>(language: Language, code: C, params: ClientNoteParams[C]): string;
}
