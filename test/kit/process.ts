import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';

/** A server of this checkout in its own process, from dist/ (npm run build). */
export interface ServerProcess {
  pid: number;
  /** Returns its output until now, from stdout and stderr. */
  output(): string;
  /** Waits until its output matches, and returns the match. */
  printed(form: RegExp): Promise<RegExpExecArray>;
  /** Sends the signal, waits for the end, and returns the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  ended: Promise<number | null>;
}

export const startServer = (script: string, environment: Record<string, string>): ServerProcess =>
  startScript(`dist/${script}`, [], { environment });

/** Starts a script of Node.js in its own process, in a folder. */
export function startScript(
  script: string,
  args: readonly string[],
  { cwd, environment = {} }: { cwd?: string; environment?: Record<string, string> },
): ServerProcess {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    env: { PATH: dirname(process.execPath), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    pid: child.pid!,
    output: () => output,
    ended,
    async printed(form) {
      for (let hasEnded = false; ;) {
        const match = form.exec(output);
        if (match) return match;
        if (hasEnded) throw new Error(`${script} ended without printing ${form}:\n${output}`);
        hasEnded = await Promise.race([ended.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 50))]);
      }
    },
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Returns a free port. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
