/** The app's main page: settings for administrators, the report for leads. */
import { mount } from '../shared/mount.ts';
import type { Boot } from '../shared/mount.ts';
import './admin.css';
import '../shared/skeleton.css';
import type { AdminPerson } from './scope.ts';
import { Shell } from './shell.tsx';
import { createAdminSay } from './words.ts';

interface AdminBoot extends Boot {
  readonly user: AdminPerson;
}

await mount<AdminBoot>(({ language, user }, parts) => (
  <Shell {...parts} say={createAdminSay(language)} language={language} user={user} />
));
