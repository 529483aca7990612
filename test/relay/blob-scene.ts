import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import type { BlobGrant } from '../../src/session/blob-port.ts';
import { type RelayAccount, type RelayLogin, registerAccount } from '../support/relay-account.ts';
import { blobGrant, blobPath, putPiece } from '../support/relay-blob.ts';
import { type FixtureOptions, type RelayFixture, withRelay } from './relay-fixture.ts';

const port = createRelayPort();
export const MIB = 1_048_576;

export interface Scene {
  readonly relay: RelayFixture;
  readonly http: string;
  readonly alice: RelayAccount;
  readonly login: RelayLogin;
  /** A place of Alice's for so many bytes. */
  place(bytes: number): Promise<BlobGrant>;
  /** A complete blob. */
  complete(bytes: Uint8Array): Promise<BlobGrant>;
}

/** Runs with Alice logged in at a relay of its own. */
export function blobScenario(name: string, run: (scene: Scene) => Promise<void>, options: FixtureOptions = {}): void {
  test(name, () =>
    withRelay(options, async (relay) => {
      const alice = await registerAccount(port, relay.url, 'alice');
      const login = await alice.login();
      const place = async (bytes: number): Promise<BlobGrant> => {
        const grant = blobGrant();
        assert.deepEqual(await login.connection.createBlob(grant, bytes), { ok: true, value: null });
        return grant;
      };
      const complete = async (bytes: Uint8Array): Promise<BlobGrant> => {
        const grant = await place(bytes.length);
        for (let at = 0; at < bytes.length; at += MIB) {
          assert.equal((await putPiece(relay.httpUrl, grant, at, bytes.subarray(at, at + MIB))).status, 204);
        }
        return grant;
      };
      await run({ relay, http: relay.httpUrl, alice, login, place, complete });
      login.connection.close();
    }),
  );
}

/** Starts a PUT whose body does not come, or not all of it; `answer` resolves with all that came back. */
export function startPut(scene: Scene, grant: BlobGrant, length: number, sent: Uint8Array, more = '') {
  const socket = connect(Number(new URL(scene.http).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  socket.on('error', () => {});
  const told = new Promise<unknown>((resolve) => socket.once('data', resolve));
  const answer = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  socket.write(
    `PUT ${blobPath(grant)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${toHex(grant.uploadToken)}\r\n` +
      `Content-Range: bytes 0-${length - 1}/*\r\nContent-Length: ${length}\r\n${more}\r\n`,
  );
  socket.write(sent);
  return { socket, told, answer };
}

/** Resolves once the only file in the folder has so many bytes. */
export async function fileGrows(folder: string, bytes: number): Promise<void> {
  for (;;) {
    const [name] = await readdir(folder);
    if (name !== undefined && (await stat(join(folder, name))).size >= bytes) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
