import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

/** style.md's table: for each part of src, what it may import. A pattern is a path below src or a package. */
const MAY_IMPORT: readonly (readonly [part: string, allowed: readonly RegExp[]])[] = [
  ['crypto/', [/^src\/crypto\//, /^@noble\//, /^node:crypto$/]],
  ['net/wire/', [/^src\/net\/wire\//, /^src\/crypto\/bytes\.ts$/, /^cborg/]],
  [
    'net/',
    [
      /^src\/net\//,
      /^src\/session\/[a-z-]+-port\.ts$/,
      /^src\/crypto\/(bytes|auth)\.ts$/,
      /^(ws|socks-proxy-agent|https-proxy-agent)$/,
      /^node:/,
    ],
  ],
  [
    'store/',
    [
      /^src\/store\//,
      /^src\/session\/([a-z-]+-port|client|password|clock|rng)\.ts$/,
      /^src\/crypto\/(attachment-sizes|backup-sealing|bytes|secret-bytes|keyfile-sealing|keyfile-sizes|x25519)\.ts$/,
      /^@signalapp\/sqlcipher$/,
      /^@node-rs\/argon2$/,
      /^node:(?!net|http)/,
    ],
  ],
  ['session/', [/^src\/session\//, /^src\/crypto\//]],
  [
    'relay/',
    [
      /^src\/relay\//,
      /^src\/net\/wire\//,
      /^src\/crypto\/(bytes|auth)\.ts$/,
      /^ws$/,
      /^@signalapp\/sqlcipher$/,
      /^commander$/,
      /^pg$/,
      /^pino$/,
      /^prom-client$/,
      /^node:/,
    ],
  ],
  ['media/', [/^src\/media\//, /^src\/session\/[a-z-]+-port\.ts$/, /^sharp$/, /^node:/]],
  [
    'tui/media/',
    [
      /^src\/tui\/(media|term)\//,
      /^src\/media\/(image-header|worker-lane|worker-side)\.ts$/,
      // Its worker alone: decoders of a peer's pictures stay out of the interface's thread.
      /^terminal-image$/,
      /^node:/,
    ],
  ],
  [
    'tui/',
    [
      /^src\/tui\//,
      /^src\/session\/(client|events|password)\.ts$/,
      /^blessed/,
      /^gemoji$/,
      /^smol-toml$/,
      /^get-east-asian-width$/,
      /^uqr$/,
      /^node:/,
    ],
  ],
  ['cli/', [/^src\/cli\//, /^src\/session\/(client|events|password)\.ts$/, /^commander$/, /^node:/]],
];
/** The programs, and the parts of smchat.ts that it loads only when they are wanted. */
const ENTRY_FILES = [
  'smchat',
  'smchat-relay',
  'home-settings',
  'own-relay',
  'open-accounts',
  'open-interface',
  'open-plain',
  'open-demo',
  'demo-relay',
  'demo-people',
].map((name) => `src/${name}.ts`);
/** Leaves without imports of their own (but qr-code.ts, which has its package), for every part. */
const FOUNDATION =
  /^src\/(duration|finding|outcome|qr-code|relay-address|search-words|smchat-error|terminal-text|version)\.ts$/;

const sources = readdirSync('src', { recursive: true })
  .map((name) => join('src', String(name)))
  .filter((name) => name.endsWith('.ts'));

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s+['"]([^'"]+)['"]|(?<!')\bimport\s*\(?\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map((match) => {
    const name = match[1] ?? match[2] ?? '';
    return name.startsWith('.') ? normalize(join(dirname(file), name)) : name;
  });
}

test('every import stays within the layers', () => {
  const offences: string[] = [];
  for (const file of sources) {
    if (ENTRY_FILES.includes(file)) continue;
    if (FOUNDATION.test(file)) continue;
    const part = MAY_IMPORT.find(([name]) => file.startsWith(`src/${name}`));
    if (part === undefined) {
      offences.push(`${file} stands in no layer`);
      continue;
    }
    for (const name of importsOf(file)) {
      if (FOUNDATION.test(name)) continue;
      if (!part[1].some((pattern) => pattern.test(name))) offences.push(`${file} imports ${name}`);
    }
  }
  assert.deepEqual(offences, []);
});

test('the check sees the imports that it judges', () => {
  assert.ok(sources.length > 10);
  assert.ok(importsOf('src/crypto/bytes.ts').includes('node:crypto'));
  assert.ok(importsOf('src/session/client.ts').includes('src/session/events.ts'));
});

test('decoders of pictures are imported by workers alone', () => {
  const importers = (name: string): readonly string[] =>
    sources.filter((file) => importsOf(file).includes(name)).sort();
  assert.deepEqual(importers('terminal-image'), ['src/tui/media/image-worker.ts']);
  assert.deepEqual(importers('sharp'), ['src/media/prepare-image.ts']);
  assert.deepEqual(importers('src/media/prepare-image.ts'), ['src/media/prepare-worker.ts']);
  assert.deepEqual(importers('src/media/prepare-worker.ts'), []);
  assert.deepEqual(importers('src/tui/media/image-worker.ts'), []);
});
