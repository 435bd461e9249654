/** What the pages of administrators and leads work with: one portal's parts, and who is asking. */
import type { ClientDeps } from '../client-deps.ts';
import type { AppProbe } from '../ports/doctor.ts';
import type { FrameUser } from '../ports/frame.ts';
import type { Language } from '../ports/texts.ts';
import type { PortalTools, Say } from '../ports/tools.ts';

export interface AdminDeps {
  readonly portalId: string;
  /** Where the portal's own pages are, verified: `https://portal.example[:port]`. */
  readonly origin: string;
  /** The same parts the commands work with. */
  readonly tools: PortalTools;
  readonly client: ClientDeps;
  /** The installed app as the platform sees it, for the self-check. */
  readonly app: AppProbe;
  /** Where the portal sends events. */
  readonly eventUrl: string;
  /** Words of the service by key. */
  readonly say: Say;
  /** Registers what a change of settings calls for (the tab of a newly gated smart process); quick when nothing does. */
  readonly keepRegistered: () => Promise<void>;
}

export interface AdminUser extends FrameUser {
  readonly language: Language;
  /** Named as a lead in some policy of the portal. */
  readonly isLead: boolean;
}
