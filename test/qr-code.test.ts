import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'uqr';
import { qrCode } from '../src/qr-code.ts';

/** The modules of drawn rows: true where something is drawn. */
function modulesOf(rows: readonly string[]): readonly (readonly boolean[])[] {
  return rows.flatMap((row) => [
    [...row].map((cell) => cell === '█' || cell === '▀'),
    [...row].map((cell) => cell === '█' || cell === '▄'),
  ]);
}

test('half blocks hold every module of the code, drawn dark or light, with a quiet zone around', () => {
  const text = `smchat:alice?relay=wss://relay.example.org:50007&key=${'A'.repeat(43)}`;
  const { data, size } = encode(text, { ecc: 'L', border: 2 });
  for (const drawn of ['dark', 'light'] as const) {
    const modules = modulesOf(qrCode(text, drawn));
    for (let row = 0; row < size; row++) {
      assert.deepEqual(
        modules[row]?.map((isDrawn) => isDrawn === (drawn === 'dark')),
        data[row],
        `row ${row}`,
      );
    }
    const quiet = modules.at(0)?.every((isDrawn) => isDrawn === (drawn === 'light'));
    assert.equal(quiet, true);
  }
});
