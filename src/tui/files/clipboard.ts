import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SmchatError } from '../../smchat-error.ts';
import type { LocalFile } from './local-files.ts';
import type { ProgramRun, RunProgram } from './program-output.ts';

export type ClipboardContents =
  /** In a private file, until it is let go. */
  | { readonly kind: 'picture'; readonly file: LocalFile }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'nothing' };

/** What another program has copied, also a picture, which no terminal pastes. */
export interface Clipboard {
  /** Rejects with a sentence where no program here reads the clipboard, or what is there is too large. */
  read(): Promise<ClipboardContents>;
  /** Removes the file of a picture that came from here; any other path is left alone. */
  forget(path: string): void;
  close(): void;
}

export interface ClipboardPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Where its private folder is made. */
  readonly folder: string;
  readonly run: RunProgram;
  /** Runs this at the process's end, however it comes; gives how to take it back. */
  atExit(remove: () => void): () => void;
}

/** How one program tells what is there, and gives it. */
interface Reader {
  readonly program: string;
  /** Null where it has no list, and is just asked for a picture. */
  readonly list: readonly string[] | null;
  readonly picture: (mime: string) => readonly string[];
  readonly text: { readonly program: string; readonly args: readonly string[] };
}

const WAYLAND: Reader = {
  program: 'wl-paste',
  list: ['--list-types'],
  picture: (mime) => ['--no-newline', '--type', mime],
  text: { program: 'wl-paste', args: ['--no-newline', '--type', 'text'] },
};
const XCLIP: Reader = {
  program: 'xclip',
  list: ['-selection', 'clipboard', '-o', '-t', 'TARGETS'],
  picture: (mime) => ['-selection', 'clipboard', '-o', '-t', mime],
  text: { program: 'xclip', args: ['-selection', 'clipboard', '-o', '-t', 'UTF8_STRING'] },
};
const PNGPASTE: Reader = {
  program: 'pngpaste',
  list: null,
  picture: () => ['-'],
  text: { program: 'pbpaste', args: [] },
};

/** By the names under which pictures are put there; the best kept first. */
const PICTURES = [
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
] as const;
const PICTURE_MAX_BYTES = 32 * 1024 * 1024;
const TEXT_MAX_BYTES = 1024 * 1024;
const LIST_MAX_BYTES = 64 * 1024;

function readersFor({ env, platform }: ClipboardPorts): readonly Reader[] {
  if (platform === 'darwin') return [PNGPASTE];
  return [...(env.WAYLAND_DISPLAY ? [WAYLAND] : []), ...(env.DISPLAY ? [XCLIP] : [])];
}

function noProgram(): SmchatError {
  return new SmchatError('usage', 'no program here reads the clipboard', {
    hint: 'install wl-clipboard, xclip or pngpaste; text comes by the terminal’s own paste',
  });
}

/** What was read; empty where there is nothing of the kind. */
function bytesOf(run: ProgramRun): Uint8Array {
  switch (run.end) {
    case 'done':
      return run.code === 0 ? run.output : new Uint8Array();
    case 'missing':
      return new Uint8Array();
    case 'too-large':
      throw new SmchatError('content-refused', 'what is on the clipboard is too large', {
        hint: 'save it, then Ctrl-O',
      });
    case 'timed-out':
      throw new SmchatError('timed-out', 'the clipboard gave no answer in time', { hint: 'copy it again' });
    default:
      return run satisfies never;
  }
}

export function createClipboard(ports: ClipboardPorts): Clipboard {
  const { run, folder, atExit } = ports;
  let place: string | null = null;
  let takeBack: () => void = () => undefined;
  let made = 0;
  const files = new Set<string>();

  function close(): void {
    if (place !== null) rmSync(place, { recursive: true, force: true });
    place = null;
    files.clear();
    takeBack();
    takeBack = () => undefined;
  }

  function keep(bytes: Uint8Array, ending: string): LocalFile {
    if (place === null) {
      place = mkdtempSync(join(folder, 'smchat-'));
      takeBack = atExit(close);
    }
    made += 1;
    const name = made === 1 ? `pasted.${ending}` : `pasted-${made}.${ending}`;
    const path = join(place, name);
    writeFileSync(path, bytes, { mode: 0o600, flag: 'wx' });
    files.add(path);
    return { path, name, bytes: bytes.length, isPicture: true };
  }

  async function pictureBy(reader: Reader): Promise<LocalFile | null | 'missing'> {
    let kinds: readonly (readonly [mime: string, ending: string])[] = PICTURES.slice(0, 1);
    if (reader.list !== null) {
      const listed = await run(reader.program, reader.list, LIST_MAX_BYTES);
      if (listed.end === 'missing') return 'missing';
      const names = new Set(Buffer.from(bytesOf(listed)).toString('utf8').split(/\s+/));
      kinds = PICTURES.filter(([mime]) => names.has(mime));
    }
    const [kind] = kinds;
    if (kind === undefined) return null;
    const got = await run(reader.program, reader.picture(kind[0]), PICTURE_MAX_BYTES);
    if (got.end === 'missing') return 'missing';
    const bytes = bytesOf(got);
    return bytes.length === 0 ? null : keep(bytes, kind[1]);
  }

  return {
    async read() {
      let isReadable = false;
      for (const reader of readersFor(ports)) {
        const picture = await pictureBy(reader);
        if (picture !== null && picture !== 'missing') return { kind: 'picture', file: picture };
        const got = await run(reader.text.program, reader.text.args, TEXT_MAX_BYTES);
        const text = Buffer.from(bytesOf(got)).toString('utf8');
        if (text !== '') return { kind: 'text', text };
        isReadable ||= picture !== 'missing';
      }
      if (!isReadable) throw noProgram();
      return { kind: 'nothing' };
    },
    forget(path) {
      if (files.delete(path)) rmSync(path, { force: true });
    },
    close,
  };
}
