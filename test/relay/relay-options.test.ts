import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownStore, storeChoice } from '../../src/relay/relay-options.ts';
import { SmchatError } from '../../src/smchat-error.ts';

const env = { XDG_DATA_HOME: '/data' };
const choose = (options: Parameters<typeof storeChoice>[0]) => storeChoice(options, env);

test('a folder is chosen by --data, by --store sqlite:DIR, or by default', () => {
  assert.deepEqual(choose({}), { kind: 'sqlite', folder: '/data/smchat-relay' });
  assert.deepEqual(choose({ data: '/a' }), { kind: 'sqlite', folder: '/a' });
  assert.deepEqual(choose({ store: ['sqlite:/b'] }), { kind: 'sqlite', folder: '/b' });
});

test('PostgreSQL takes several servers and a folder beside them', () => {
  const urls = ['postgres://u@one/relay', 'postgresql://u@two:5433/relay'];
  assert.deepEqual(choose({ data: '/keys', store: urls }), { kind: 'postgres', folder: '/keys', urls });
  assert.deepEqual(choose({ store: urls }), { kind: 'postgres', folder: '/data/smchat-relay', urls });
});

test('what cannot be a store is refused', () => {
  for (const options of [
    { store: ['mysql://x'] },
    { store: ['sqlite:/a', 'sqlite:/b'] },
    { store: ['sqlite:/a', 'postgres://x/y'] },
    { store: ['postgres://x/y', 'sqlite:/a'] },
    { store: ['sqlite:/a'], data: '/b' },
    { store: ['postgres://['] },
  ]) {
    assert.throws(
      () => choose(options),
      (thrown) => thrown instanceof SmchatError && thrown.code === 'usage',
      JSON.stringify(options),
    );
  }
});

test('a store is shown without its password, wherever that stands', () => {
  const urls = [
    'postgres://u:hush@one:5433/relay?password=hush&sslmode=require',
    'postgres://u:hush@%2Frun%2Fpostgresql/relay#hush',
  ];
  const shown = shownStore(choose({ store: urls }));
  assert.equal(shown, 'postgres://u@one:5433/relay postgres://u@%2Frun%2Fpostgresql/relay');
  assert.equal(shownStore(choose({ store: ['sqlite:/b'] })), 'sqlite:/b');
});

test('a password that a mistyped address has in its path is not shown either', () => {
  for (const url of [
    'postgres://u@hp/postgres://u:secret@h//db',
    'postgres:///://:secret@h',
    'postgres://h/a:secret@b',
  ]) {
    assert.doesNotMatch(shownStore(choose({ store: [url] })), /secret/);
  }
  assert.equal(shownStore(choose({ store: ['postgres://u:secret@h/the_db-1'] })), 'postgres://u@h/the_db-1');
});
