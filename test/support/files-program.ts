/**
 * One account in a process of its own, to be killed: `files-program HOME FOLDER NAME send COUNT` sends the files
 * `FOLDER/0` to `FOLDER/COUNT-1` to bob, `… receive COUNT` takes files until it has so many. It prints a line before and
 * after each step that touches a disk or the relay, and `done` at the end.
 */
import { join } from 'node:path';
import { createBlobPort } from '../../src/net/blob-client.ts';
import type { AttachmentFiles } from '../../src/session/attachment-port.ts';
import type { BlobPort } from '../../src/session/blob-port.ts';
import { Password } from '../../src/session/password.ts';
import { accountsIn } from './people.ts';

const [home = '', folder = '', name = '', mode = '', count = '0'] = process.argv.slice(2);

async function step<T>(work: () => Promise<T>): Promise<T> {
  process.stdout.write('step\n');
  const result = await work();
  process.stdout.write('step\n');
  return result;
}

const wrapFiles = (files: AttachmentFiles): AttachmentFiles => ({
  ...files,
  create: () => step(() => files.create()),
  append: (file, bytes) => step(() => files.append(file, bytes)),
  remove: (file) => step(() => files.remove(file)),
});
const real = createBlobPort();
const blobs: BlobPort = {
  uploadedBytes: (...given) => step(() => real.uploadedBytes(...given)),
  upload: (...given) => step(() => real.upload(...given)),
  download: (...given) => step(() => real.download(...given)),
};

const client = await accountsIn(home, { wrapFiles, blobs }, folder).unlock(name, new Password(`password of ${name}`));

if (mode === 'send') {
  for (let number = 0; number < Number(count); number++) {
    const clientId = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    const path = join(folder, String(number));
    const { status } = await client.send({ name: 'bob', text: '', clientId, attachment: { kind: 'file', path } });
    process.stdout.write(`${status}\n`);
  }
} else {
  await new Promise<void>((resolve) => {
    client.subscribe(() => {
      client.history('alice').then((messages) => {
        const here = messages.filter(({ attachment }) => attachment?.state === 'here');
        if (here.length === Number(count)) resolve();
      });
    });
  });
}
await client.close();
process.stdout.write('done\n');
process.exit();
