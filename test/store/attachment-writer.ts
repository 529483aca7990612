/**
 * A process of its own, to be run where files may not grow or the disk is small. `append FOLDER` makes an encrypted
 * attachment there and appends to it until that fails; `save FOLDER` saves a file below it that is too large. What it
 * did is on stdout, a line each; what ended it is its last line and its exit code.
 */
import { writeSync } from 'node:fs';
import { asSmchatError } from '../../src/smchat-error.ts';
import { createAttachmentFiles } from '../../src/store/attachment-files.ts';
import { createUserFiles } from '../../src/store/user-files.ts';

const PIECE_BYTES = 70_000;
const [mode = '', folder = ''] = process.argv.slice(2);
// A file that may not grow any further is to be an error to the one who writes it, not the process's end.
process.on('SIGXFSZ', () => {});

const say = (line: string) => writeSync(1, `${line}\n`);

async function* endless() {
  for (;;) yield new Uint8Array(PIECE_BYTES);
}

try {
  if (mode === 'append') {
    const files = createAttachmentFiles(folder);
    const name = await files.create();
    say(name);
    for (let piece = 0; ; piece += 1) {
      say(String(await files.append(name, new Uint8Array(PIECE_BYTES).fill(piece))));
    }
  }
  if (mode === 'save') {
    const files = createUserFiles({}, process.platform, folder);
    say(await files.save([folder, 'alice', 'bob'], 'large.bin', endless()));
  }
} catch (thrown) {
  say(asSmchatError(thrown).code);
  process.exitCode = asSmchatError(thrown).exitCode;
}
