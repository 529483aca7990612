import { tmpdir } from 'node:os';
import { type Clipboard, createClipboard } from './clipboard.ts';
import { createExternalEditor, type ExternalEditor, runEditor } from './external-editor.ts';
import { runProgram } from './program-output.ts';
import { createSystemOpener, launchDetached, type SystemOpener } from './system-opener.ts';

/** The other programs of this machine that the interface hands something to, or takes something from. */
export interface NeighbouringPrograms {
  readonly opener: SystemOpener;
  readonly clipboard: Clipboard;
  readonly editor: ExternalEditor;
}

/** Whatever way the process ends by itself or a signal, this is done before. */
function atExit(remove: () => void): () => void {
  process.on('exit', remove);
  return () => void process.off('exit', remove);
}

export function neighbouringPrograms(env: Readonly<Record<string, string | undefined>>): NeighbouringPrograms {
  const folder = tmpdir();
  return {
    opener: createSystemOpener(process.platform, launchDetached),
    clipboard: createClipboard({ env, platform: process.platform, folder, run: runProgram, atExit }),
    editor: createExternalEditor({ env, folder, run: runEditor, atExit }),
  };
}
