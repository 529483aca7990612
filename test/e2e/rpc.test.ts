import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Message, SendResult } from '../../src/session/client.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';
import { type RpcProcess, startRpc } from '../support/rpc-process.ts';

const FIRST = 'hello 👩‍👩‍👧 over rpc';
const ANSWER = '你好\nand a second line';

/** A script that holds one account through `smchat rpc`. */
class Script {
  readonly name: string;
  readonly #home: string;
  readonly #events: SmchatEvent[] = [];
  #look: () => void = () => {};
  #process: RpcProcess;

  constructor(name: string, home: string) {
    this.name = name;
    this.#home = home;
    this.#process = this.#start();
  }

  #start(): RpcProcess {
    return startRpc(this.#home, (event) => {
      this.#events.push(event);
      this.#look();
    });
  }

  async enter(method: 'register' | 'unlock', relay?: string): Promise<void> {
    const passwordFile = join(this.#home, 'password');
    await writeFile(passwordFile, 'a password\n');
    await chmod(passwordFile, 0o600);
    await this.call(method, { passwordFile, subscribe: true, ...(relay === undefined ? {} : { relay }) });
  }

  call<T>(method: string, params: object = {}): Promise<T> {
    return this.#process.call<T>(method, { account: this.name, ...params });
  }

  async hears(fits: (event: SmchatEvent) => boolean): Promise<SmchatEvent> {
    for (;;) {
      const found = this.#events.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  async end(): Promise<void> {
    assert.equal(await this.#process.end(), 0);
  }

  async restart(): Promise<void> {
    this.#process = this.#start();
    await this.enter('unlock');
  }
}

const text = (wanted: string) => (event: SmchatEvent) => event.event === 'message' && event.text === wanted;

let relay: RelayProcess;
let folder: string;

before(async () => {
  relay = await startRelay();
  folder = await mkdtemp(join(tmpdir(), 'smchat-rpc-'));
});

after(async () => {
  await relay?.dispose();
  await rm(folder, { recursive: true, force: true });
});

test('two scripts meet and chat by rpc, through absence, a killed relay and restarts', async () => {
  const [alice, bob] = await Promise.all(
    ['alice', 'bob'].map(async (name) => {
      const script = new Script(name, await mkdtemp(join(folder, name)));
      await script.enter('register', relay.url);
      return script;
    }),
  );
  assert.ok(alice !== undefined && bob !== undefined);

  await alice.call('send', { name: 'bob', text: FIRST });
  await bob.hears((event) => event.event === 'contact_request' && event.name === 'alice');
  assert.deepEqual(await bob.call('history', { name: 'alice' }), []);
  await bob.call('contact', { action: 'accept', name: 'alice' });
  await bob.hears(text(FIRST));
  await bob.call('send', { name: 'alice', text: ANSWER });
  await alice.hears(text(ANSWER));

  await bob.end();
  await alice.call('send', { name: 'bob', text: 'while you were away' });
  await relay.kill9();
  await alice.hears((event) => event.event === 'connection' && event.state === 'offline');
  const queued = await alice.call<SendResult>('send', { name: 'bob', text: 'with no relay', wait: 'queued' });
  assert.equal(queued.status, 'queued');
  await relay.restart();
  await bob.restart();
  await bob.hears(text('with no relay'));
  await alice.hears((event) => event.event === 'receipt' && event.id === queued.id && event.status === 'delivered');

  await Promise.all([alice.end(), bob.end()]);
  await Promise.all([alice.restart(), bob.restart()]);
  for (const [script, other] of [[alice, 'bob'] as const, [bob, 'alice'] as const]) {
    const history = await script.call<readonly Message[]>('history', { name: other });
    assert.deepEqual(
      history.filter((message) => message.kind === 'text').map((message) => message.text),
      [FIRST, ANSWER, 'while you were away', 'with no relay'],
    );
  }
  await Promise.all([alice.end(), bob.end()]);
});
