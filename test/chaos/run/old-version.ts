/** An earlier version of the service, from the project's own history, to run beside the present one. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, bundleService } from './service-bundle.ts';
import type { ServiceBundle } from './service-bundle.ts';

const run = promisify(execFile);

/** What every version is started by: orders stay the same, whatever the sources beside them are. */
const OURS = ['service-entry.ts', 'service-order.ts', 'skew-date.ts', 'fault.ts'];

/** null where the history does not reach back so far (a shallow clone, an archive without history). */
export async function bundleCommit(commit: string): Promise<ServiceBundle | null> {
  const all = { recursive: true, force: true };
  const dir = await mkdtemp(join(tmpdir(), 'closegate-version-'));
  try {
    const archive = join(dir, 'source.tar');
    const known = await run('git', ['archive', '--output', archive, commit], { cwd: ROOT }).then(
      () => true,
      () => false,
    );
    if (!known) return null;
    await run('tar', ['-xf', archive], { cwd: dir });
    await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
    const ours = 'test/chaos/run';
    for (const name of OURS) await cp(join(ROOT, ours, name), join(dir, ours, name));
    const bundle = await bundleService(dir);
    return {
      script: bundle.script,
      async remove() {
        await bundle.remove();
        await rm(dir, all);
      },
      removeNow() {
        bundle.removeNow();
        rmSync(dir, all);
      },
    };
  } catch (error) {
    await rm(dir, all);
    throw error;
  } finally {
    await rm(join(dir, 'source.tar'), { force: true });
  }
}
