import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { relayProgram } from './own-relay.ts';
import { SmchatError } from './smchat-error.ts';

export interface DemoRelay {
  readonly url: string;
  /** Ends it at once; waits until it is gone. */
  end(): Promise<void>;
  /** The same for whoever can wait no more. */
  kill(): void;
}

const START_TIMEOUT_MS = 10_000;

/** A relay on a free port of this machine alone. Left alone, it ends by itself a minute after its last client. */
export async function startDemoRelay(dataFolder: string): Promise<DemoRelay> {
  const { command, cwd } = relayProgram();
  const [program, ...first] = command;
  const args = [...first, '--port', '0', '--data', dataFolder, '--json', '--exit-when-idle', '1'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], ...(cwd === undefined ? {} : { cwd }) });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = (): void => void child.kill('SIGKILL');
  const listening = new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, START_TIMEOUT_MS);
  });
  const line = await Promise.race([listening, ended, late]);
  clearTimeout(timer);
  const port = line === undefined ? undefined : /"port":(\d+)/.exec(line)?.[1];
  if (port === undefined) {
    kill();
    throw new SmchatError('relay-unreachable', 'the demo’s own relay did not start', { hint: 'try again' });
  }
  return {
    url: `ws://127.0.0.1:${port}`,
    async end() {
      kill();
      await ended;
    },
    kill,
  };
}
