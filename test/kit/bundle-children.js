import { execFileSync } from 'node:child_process';

/** Before any test: what runs in child processes is bundled, where it changed. */
export default function bundleChildren() {
  execFileSync(process.execPath, ['build.js', 'children'], { stdio: 'inherit' });
}
