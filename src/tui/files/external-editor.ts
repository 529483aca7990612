import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SmchatError } from '../../smchat-error.ts';

/** Writes a text in the person's own editor. */
export interface ExternalEditor {
  /** The text as it was left; null where the editor ended with an error, as by vim's `:cq`. */
  edit(text: string): Promise<string | null>;
}

/** Runs an editor's command line on a file, with the terminal; gives its exit code, or rejects where there is none. */
export type RunEditor = (command: string, file: string) => Promise<number>;

export interface EditorPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its private folder is made. */
  readonly folder: string;
  readonly run: RunEditor;
  /** Runs this at the process's end, however it comes; gives how to take it back. */
  atExit(remove: () => void): () => void;
}

/** Far more than a message or the composer holds: nobody meant to write that here. */
const TEXT_MAX_BYTES = 1024 * 1024;
const USUAL = 'vi';

/** The person's own choice, as git and others read it; it may carry arguments. */
export function editorCommand(env: EditorPorts['env']): string {
  return [env.VISUAL, env.EDITOR].find((command) => (command ?? '').trim() !== '') ?? USUAL;
}

function readText(file: string): string {
  const { size } = statSync(file);
  if (size > TEXT_MAX_BYTES)
    throw new SmchatError('content-refused', 'that text is far too long for a message', {
      hint: 'what is in the composer is as it was',
    });
  // Editors end every file with a line break that nobody typed.
  return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
}

/** The text stands in a file that only its owner can read, for as long as the editor runs. */
export function createExternalEditor({ env, folder, run, atExit }: EditorPorts): ExternalEditor {
  return {
    async edit(text) {
      const command = editorCommand(env);
      // 0700, and in there whatever else the editor writes beside the file.
      const place = mkdtempSync(join(folder, 'smchat-'));
      const remove = (): void => rmSync(place, { recursive: true, force: true });
      const takeBack = atExit(remove);
      try {
        const file = join(place, 'message.txt');
        writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
        const code = await run(command, file);
        // A shell's answer where there is no such program.
        if (code === 127)
          throw new SmchatError('usage', 'the editor cannot be started', { hint: 'set VISUAL or EDITOR to one' });
        return code === 0 ? readText(file) : null;
      } finally {
        remove();
        takeBack();
      }
    },
  };
}

/** By the shell, as $VISUAL is meant to be read; the file comes to it as an argument, not as words. */
export const runEditor: RunEditor = (command, file) =>
  new Promise((resolve, reject) => {
    const child =
      process.platform === 'win32'
        ? spawn(`${command} "${file}"`, { stdio: 'inherit', shell: true })
        : spawn('/bin/sh', ['-c', `${command} "$1"`, 'sh', file], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
