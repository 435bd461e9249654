/** The app's main page: settings for administrators, the report for leads. */
import { render } from 'preact';
import { createApi } from '../shared/api.ts';
import type { Session } from '../shared/api.ts';
import { createBridge } from '../shared/bridge.ts';
import { createFormat } from '../shared/format.ts';
import type { Language } from '../shared/words.ts';
import './admin.css';
import type { AdminPerson } from './scope.ts';
import { Shell } from './shell.tsx';
import { createAdminSay } from './words.ts';

interface Boot {
  readonly session: Session;
  readonly language: Language;
  /** IANA zone of the user; '': the browser's own. */
  readonly timeZone: string;
  readonly user: AdminPerson;
}

const block = document.getElementById('state');
const root = document.getElementById('app');
if (block && root) {
  // Written by our own server into this very page; read once, so that the token stands nowhere afterwards.
  const boot = JSON.parse(block.textContent ?? '') as Boot;
  block.remove();
  const bridge = createBridge(window);
  bridge?.followHeight(root);
  root.replaceChildren();
  root.removeAttribute('aria-busy');
  render(
    <Shell
      api={createApi(boot.session, bridge)}
      bridge={bridge}
      say={createAdminSay(boot.language)}
      format={createFormat(boot.language, boot.timeZone === '' ? undefined : boot.timeZone)}
      language={boot.language}
      user={boot.user}
    />,
    root,
  );
}
