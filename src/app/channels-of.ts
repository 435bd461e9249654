/** The pipeline's ways to a client, in the words of the channels. */
import type { ClosingPolicy } from '../core/policy.ts';
import type { ChannelName } from './ports/client.ts';

const NAMES = { chat: 'chat', mail: 'email', call: 'to-do' } as const;

export function channelsOf({ channels }: Pick<ClosingPolicy, 'channels'>): readonly ChannelName[] {
  return channels.map((channel) => NAMES[channel]);
}

/** For what asks for no answer: nobody has to call because of it. */
export function writtenChannelsOf(policy: Pick<ClosingPolicy, 'channels'>): readonly ChannelName[] {
  return channelsOf(policy).filter((channel) => channel !== 'to-do');
}
