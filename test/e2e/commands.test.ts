import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CommandUser, commandUser } from '../support/command-line.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';
import { filesWith, markersIn } from '../support/search-bytes.ts';

const PASSWORDS = { alice: 'correct horse alice', bob: 'battery staple bob' };
const TEXTS = ['marmalade 👩‍👩‍👧 over the wire', '你好，小明', 'three\nlines\nof saffron'];

let relay: RelayProcess;
let proxy: RecordingProxy;
let alice: CommandUser;
let bob: CommandUser;

before(async () => {
  relay = await startRelay();
  proxy = await startRecordingProxy(relay.url);
  alice = await commandUser('alice_marker', PASSWORDS.alice);
  bob = await commandUser('bob_marker', PASSWORDS.bob);
});

after(async () => {
  await Promise.all([alice?.remove(), bob?.remove()]);
  await proxy?.close();
  await relay?.dispose();
});

test('two people register, meet, chat and find their history by commands alone, through a killed relay', async () => {
  const registered = await alice.run('--relay', proxy.url, '--json', 'register', 'alice_marker');
  assert.equal(registered.code, 0, registered.stderr);
  assert.equal(registered.json()[0]?.account, 'alice_marker');
  assert.equal((await bob.run('--relay', proxy.url, 'register', 'bob_marker')).code, 0);

  const first = await alice.run('--json', 'send', 'bob_marker', TEXTS[0] ?? '');
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.json()[0]?.status, 'sent');

  const knocked = await bob.run('--json', 'listen', '--idle', '1');
  assert.deepEqual(
    knocked
      .json()
      .filter((line) => line.event === 'contact_request')
      .map((line) => line.name),
    ['alice_marker'],
  );
  assert.equal(
    knocked.json().some((line) => line.event === 'message'),
    false,
  );
  assert.deepEqual((await bob.run('--json', 'contact', 'accept', 'alice_marker')).json(), [
    { name: 'alice_marker', state: 'accepted' },
  ]);

  const listening = bob.start('--json', 'listen');
  const heard = await listening.line((line) => line.event === 'message');
  assert.equal(heard.text, TEXTS[0]);
  assert.equal(heard.id, first.json()[0]?.id);

  await relay.kill9();
  const queued = await alice.run('--json', 'send', 'bob_marker', TEXTS[1] ?? '', '--wait', 'queued');
  assert.equal(queued.json()[0]?.status, 'queued');
  const timedOut = await alice.run('--timeout', '1', 'send', 'bob_marker', 'not yet');
  assert.equal(timedOut.code, 4);
  await relay.restart();

  assert.equal((await alice.run('send', 'bob_marker', TEXTS[2] ?? '', '--wait', 'delivered')).code, 0);
  await listening.line((line) => line.text === TEXTS[2]);

  // Bob's account is open in the listening process: this one talks to it.
  const answered = await bob.run('--json', 'send', 'alice_marker', 'an answer of cinnamon');
  assert.equal(answered.code, 0, answered.stderr);
  listening.kill('SIGINT');
  assert.equal((await listening.finished).code, 130);

  const history = await bob.run('--json', 'history', 'alice_marker');
  assert.deepEqual(
    history
      .json()
      .filter((line) => line.kind === 'text')
      .map((line) => line.text),
    [TEXTS[0], TEXTS[1], 'not yet', TEXTS[2], 'an answer of cinnamon'],
  );
  const found = await alice.run('--json', 'listen', '--max', '1');
  assert.equal(found.json().find((line) => line.event === 'message')?.text, 'an answer of cinnamon');
  assert.deepEqual(
    (await alice.run('--json', 'search', 'cinnamon')).json().map((line) => line.chat),
    ['bob_marker'],
  );

  const numbers = await Promise.all([
    alice.run('--json', 'verify', 'bob_marker'),
    bob.run('--json', 'verify', 'alice_marker'),
  ]);
  assert.equal(numbers[0]?.json()[0]?.safety_number, numbers[1]?.json()[0]?.safety_number);
});

test('each kind of failure has its exit code and a sentence', async () => {
  const unknown = await alice.run('send', 'nobody', 'x');
  assert.equal(unknown.code, 5);
  assert.match(unknown.stderr, /nobody is called nobody/);
  assert.equal((await alice.run('send', 'Not/A/Name', 'x')).code, 9);
  assert.equal((await alice.run('send', 'bob_marker', 'x'.repeat(16 * 1024 + 1))).code, 9);
  assert.equal((await alice.run('history', 'nobody')).code, 5);
  assert.equal((await alice.run('verify', 'bob_marker', '--confirm', '1'.repeat(60))).code, 6);
  assert.equal((await alice.run('no-such-command')).code, 2);
  assert.equal((await alice.run('--account', 'carol', 'whoami')).code, 5);
  const wrong = await commandUser('alice_marker', 'a wrong password');
  const denied = await wrong.run('--home', alice.home, 'whoami');
  assert.equal(denied.code, 3);
  assert.match(denied.stderr, /wrong password/);
  await wrong.remove();
});

test('nothing readable was left on either disk or in any frame', async () => {
  const secrets = [...TEXTS, 'marmalade', '小明', 'saffron', 'cinnamon', 'not yet', ...Object.values(PASSWORDS)];
  assert.deepEqual(await filesWith(alice.home, [...secrets, 'bob_marker']), []);
  assert.deepEqual(await filesWith(bob.home, [...secrets, 'alice_marker']), []);
  assert.deepEqual(await filesWith(relay.dataDir, secrets), []);
  assert.ok(proxy.frames.length > 20);
  assert.deepEqual(
    proxy.frames.flatMap(({ bytes }) => markersIn(bytes, secrets)),
    [],
  );
});
