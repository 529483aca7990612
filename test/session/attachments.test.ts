import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { bytesOf, contains, SECRET, twoColours, withMetadata } from '../media/sample-pictures.ts';
import { withRelay } from '../relay/relay-fixture.ts';
import { blobsOf, fileOf, messageWithFile, shown, transferOf, watchedBlobs, withPair } from '../support/attachments.ts';
import { messageOf, person } from '../support/people.ts';
import { filesWith } from '../support/search-bytes.ts';

const MIB = 1024 * 1024;

/** The files below a folder that hold some run of these bytes. */
async function filesHolding(folder: string, bytes: Uint8Array): Promise<string[]> {
  const runs = [0, bytes.length >> 1, bytes.length - 24].map((at) => Buffer.from(bytes.subarray(at, at + 24)));
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    if (runs.some((run) => content.includes(run))) found.push(path);
  }
  return found;
}

test('a photograph with a position and a file of 3 MiB go over, and nothing of them is readable on any disk', async () => {
  await withPair({}, async ({ alice, bob, blobFolder }) => {
    const photograph = await bytesOf(withMetadata(twoColours(2000, 1500), 6).jpeg());
    const random = new Uint8Array(randomBytes(3 * MIB + 17));
    assert.ok(contains(photograph, SECRET));

    const picture = await alice.client.send({
      name: 'bob',
      text: 'the harbour at noon',
      attachment: { kind: 'image', path: await fileOf(alice, 'harbourfront.png', photograph) },
    });
    assert.equal(picture.status, 'sent');
    const file = await alice.client.send({
      name: 'bob',
      text: '',
      replyTo: picture.id,
      attachment: { kind: 'file', path: await fileOf(alice, 'quarterly-report.pdf', random) },
      wait: 'delivered',
    });
    await bob.sees(transferOf(picture.id, 'complete'), 'the picture');
    await bob.sees(transferOf(file.id, 'complete'), 'the file');

    const seen = await shown(bob, 'alice', picture.id);
    assert.equal(seen.kind, 'image');
    assert.equal(seen.text, 'the harbour at noon');
    // Its name said PNG; it is upright now.
    assert.equal(seen.attachment?.name, 'harbourfront.jpg');
    assert.deepEqual(
      [seen.attachment?.mime, seen.attachment?.width, seen.attachment?.height],
      ['image/jpeg', 1500, 2000],
    );
    const received = await shown(bob, 'alice', file.id);
    assert.deepEqual(received.attachment, {
      name: 'quarterly-report.pdf',
      mime: 'application/pdf',
      bytes: random.length,
      sha256: createHash('sha256').update(random).digest('hex'),
      state: 'here',
    });
    assert.equal(received.reply_to, picture.id);

    for (const who of [alice, bob]) {
      const thumbnail = await who.client.thumbnail(picture.id);
      assert.ok(thumbnail !== null && thumbnail.length <= 12 * 1024);
      // More than two megapixels travel with a smaller picture to be viewed.
      const { width, height } = await sharp(await who.client.picture(picture.id)).metadata();
      assert.ok((width ?? 0) * (height ?? 0) <= 1_000_000 && (width ?? 0) < (height ?? 0));
      assert.equal(await who.client.thumbnail(file.id), null);
      await assert.rejects(who.client.picture(file.id), { code: 'content-refused' });
    }

    const saved = await bob.client.save(picture.id);
    assert.match(saved.path, /\/Pictures\/smchat\/bob\/alice\/\d{4}-\d\d-\d\d_\d{6}_harbourfront\.jpg$/);
    const bytes = new Uint8Array(await readFile(saved.path));
    assert.equal(createHash('sha256').update(bytes).digest('hex'), seen.attachment?.sha256);
    assert.equal(contains(bytes, SECRET), false);
    assert.equal((await sharp(bytes).metadata()).exif, undefined);
    assert.equal((await stat(saved.path)).mode & 0o777, 0o600);

    const out = join(bob.folder, 'out');
    const all = await bob.client.saveAll('alice', out);
    assert.deepEqual(all.missing, []);
    assert.deepEqual(
      all.saved.map(({ id }) => id),
      [picture.id, file.id],
    );
    assert.deepEqual(new Uint8Array(await readFile(all.saved[1]?.path ?? '')), random);
    const own = await alice.client.save(file.id, out);
    assert.ok(own.path.startsWith(join(out, 'alice', 'bob')));
    assert.deepEqual(new Uint8Array(await readFile(own.path)), random);

    for (const folder of [alice.home, bob.home, blobFolder]) {
      assert.deepEqual(await filesWith(folder, ['harbour', 'quarterly', 'noon', SECRET, 'JFIF']), []);
      assert.deepEqual(await filesHolding(folder, random), []);
      assert.deepEqual(await filesHolding(folder, bytes), []);
    }
  });
});

test('an empty file goes over; a text sent after a file stands after it, whichever comes first', async () => {
  const bobsBlobs = watchedBlobs();
  await withPair({ bob: { blobs: bobsBlobs } }, async ({ alice, bob }) => {
    const path = await fileOf(alice, 'nothing', new Uint8Array(0));
    const [file] = await Promise.all([
      alice.client.send({ name: 'bob', text: 'empty', attachment: { kind: 'file', path } }),
      alice
        .sees((event) => event.event === 'own_message', 'its own message')
        .then(() => alice.client.send({ name: 'bob', text: 'after it' })),
    ]);
    await bob.sees(messageOf('after it'), 'the text');
    await bob.sees(transferOf(file.id, 'complete'), 'the file');
    const saved = await bob.client.save(file.id);
    assert.equal((await stat(saved.path)).size, 0);
    assert.deepEqual(
      (await bob.client.history('alice')).filter(({ kind }) => kind !== 'system').map(({ text }) => text),
      ['empty', 'after it'],
    );
  });
});

test('what cannot be sent is refused with a reason, and leaves nothing behind', async () => {
  await withPair({}, async ({ alice }) => {
    const large = await fileOf(alice, 'large', new Uint8Array(0));
    await truncate(large, 100 * MIB + 1);
    const largePicture = await fileOf(alice, 'large.jpg', new Uint8Array(0));
    await truncate(largePicture, 20 * MIB + 1);
    const empty = await fileOf(alice, 'empty.png', new Uint8Array(0));
    const text = await fileOf(alice, 'text.png', Buffer.from('this is no picture'));
    const folder = join(alice.folder, 'folder');
    await mkdir(folder);
    const refused: readonly (readonly ['image' | 'file', string, RegExp])[] = [
      ['file', join(alice.folder, 'missing'), /there is no such file/],
      ['file', folder, /it is a folder/],
      ['file', large, /larger than 100 MiB/],
      ['image', largePicture, /larger than 20 MiB/],
      ['image', empty, /no bytes/],
      ['image', text, /not a picture/],
    ];
    const before = await alice.client.history('bob');
    for (const [kind, path, message] of refused) {
      for (const name of ['bob', 'nobody_at_all']) {
        await assert.rejects(alice.client.send({ name, text: '', attachment: { kind, path } }), {
          code: 'content-refused',
          message,
        });
      }
    }
    const fine = await fileOf(alice, 'fine.txt', Buffer.from('fine'));
    const attachment = { kind: 'file', path: fine } as const;
    await assert.rejects(alice.client.send({ name: 'nobody_at_all', text: '', attachment }), {
      code: 'no-such-contact',
    });
    await assert.rejects(alice.client.send({ name: 'bob', text: 'x'.repeat(16 * 1024 + 1), attachment }), {
      code: 'too-large',
    });
    await alice.client.contact('block', 'bob');
    await assert.rejects(alice.client.send({ name: 'bob', text: '', attachment }), { code: 'content-refused' });
    assert.deepEqual(await alice.client.history('bob'), before);
    assert.deepEqual(
      (await alice.client.contacts()).map(({ name }) => name),
      ['bob'],
    );
    assert.deepEqual(await blobsOf(alice), []);
  });
});

test('the same client id is the same message, also tried at once and after a disk that was full', async () => {
  let isFull = false;
  const wrapFiles: NonNullable<Parameters<typeof person>[2]>['wrapFiles'] = (files) => ({
    ...files,
    append: async (name, bytes) => {
      if (isFull) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
      return files.append(name, bytes);
    },
  });
  await withPair({ alice: { wrapFiles } }, async ({ alice, bob }) => {
    const path = await fileOf(alice, 'once.bin', randomBytes(200_000));
    const request = {
      name: 'bob',
      text: 'once',
      clientId: '6e2c2e0e-5d54-4a65-9f8c-2b2f3f6f0b11',
      attachment: { kind: 'file', path },
    } as const;
    isFull = true;
    await assert.rejects(alice.client.send(request));
    assert.deepEqual(await blobsOf(alice), []);
    isFull = false;
    const tries = await Promise.all([alice.client.send(request), alice.client.send(request)]);
    const again = await alice.client.send({ ...request, text: 'never mind' });
    assert.deepEqual(
      tries.map(({ id }) => id),
      [again.id, again.id],
    );
    await bob.sees(transferOf(again.id, 'complete'), 'the file');
    assert.equal((await blobsOf(alice)).length, 1);
    assert.equal(bob.events.filter(messageWithFile('once.bin')).length, 1);
  });
});

test("a stranger's file is not fetched before the request is accepted, and then at once", async () => {
  await withRelay({}, async ({ url }) => {
    const blobs = watchedBlobs();
    const [eve, bob, witness] = await Promise.all([
      person('eve', url),
      person('bob', url, { blobs }),
      person('witness', url),
    ]);
    try {
      const path = await fileOf(eve, 'gift.bin', randomBytes(100_000));
      const { id } = await eve.client.send({ name: 'bob', text: 'for you', attachment: { kind: 'file', path } });
      // A mailbox is read in order: when the witness's request is here, the file's message was dealt with.
      await witness.client.contact('add', 'bob');
      await bob.sees((event) => event.event === 'contact_request' && event.name === 'witness', 'the witness');
      await assert.rejects(bob.client.save(id), { code: 'no-such-message' });
      await bob.restart({ blobs });
      assert.deepEqual(blobs.requests, []);
      assert.deepEqual(await blobsOf(bob), []);

      await bob.client.contact('accept', 'eve');
      await bob.sees(transferOf(id, 'complete'), 'the file');
      assert.equal((await shown(bob, 'eve', id)).attachment?.state, 'here');
    } finally {
      await Promise.all([eve, bob, witness].map((each) => each.remove()));
    }
  });
});

test('a file of more than 32 MiB is offered, and fetched when it is saved', async () => {
  const blobs = watchedBlobs();
  await withPair({ bob: { blobs } }, async ({ alice, bob }) => {
    const path = await fileOf(alice, 'film.mkv', new Uint8Array(0));
    await truncate(path, 32 * MIB + 1);
    const { id } = await alice.client.send({ name: 'bob', text: '', attachment: { kind: 'file', path } });
    await bob.sees(messageWithFile('film.mkv'), 'the message');
    await alice.client.send({ name: 'bob', text: 'take it if you want it' });
    await bob.sees(messageOf('take it if you want it'), 'the text behind it');
    assert.equal((await shown(bob, 'alice', id)).attachment?.state, 'offered');
    assert.deepEqual(blobs.requests, []);
    const saved = await bob.client.save(id);
    assert.equal((await stat(saved.path)).size, 32 * MIB + 1);
    assert.equal((await shown(bob, 'alice', id)).attachment?.state, 'here');
  });
});
