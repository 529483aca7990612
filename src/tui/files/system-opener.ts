import { spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { SmchatError } from '../../smchat-error.ts';

/** Opens links and saved files with what the system has for them. */
export interface SystemOpener {
  /** A link or an absolute path; resolves once it was handed over. */
  open(target: string): Promise<void>;
}

/** Runs a program with these arguments and nothing else; gives its exit code, or rejects where there is none. */
export type Launch = (program: string, args: readonly string[]) => Promise<number>;

interface Program {
  readonly name: string;
  readonly args: readonly string[];
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, Program>>> = {
  darwin: { name: 'open', args: [] },
  win32: { name: 'rundll32.exe', args: ['url.dll,FileProtocolHandler'] },
};
const ELSEWHERE: Program = { name: 'xdg-open', args: [] };

function isOpenable(target: string): boolean {
  if (/[\p{Cc}\p{Cs}]/u.test(target)) return false;
  return /^(?:https?:\/\/|mailto:)[\x21-\x7e]+$/i.test(target) || isAbsolute(target);
}

/** `launch` gets the target as one argument: no shell reads it. */
export function createSystemOpener(platform: NodeJS.Platform, launch: Launch): SystemOpener {
  const { name, args } = OPENERS[platform] ?? ELSEWHERE;
  return {
    async open(target) {
      if (!isOpenable(target))
        throw new SmchatError('content-refused', 'that is not opened', { hint: 'copy it with y' });
      const code = await launch(name, [...args, target]).catch((cause: unknown) => {
        throw new SmchatError('usage', `there is no ${name} here to open it`, { hint: 'copy it with y', cause });
      });
      if (code !== 0) throw new SmchatError('usage', `${name} could not open it`, { hint: 'copy it with y' });
    },
  };
}

/** The program on its own, without the terminal; it may outlive us. */
export const launchDetached: Launch = (program, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore', shell: false });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
    child.unref();
  });
