import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { relayCommand } from '../../src/relay/command-line.ts';

/** For each limit of docs/relay-protocol.md, section 8: which file tests it at its last use and one more, in which test. */
const TESTED: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  'handshakes an address': [
    ['limits', 'an address has its handshakes a minute'],
    ['limits', 'an IPv6 network of 64 bits counts as one address'],
  ],
  'sockets an address': [
    ['limits', 'an address has its sockets, and gets one back when one ends'],
    ['default-limits', 'by default an address has 50 sockets, and not one more until one ends'],
  ],
  'registrations an address': [['limits', 'an address makes its accounts an hour']],
  'SENDs an account': [['limits', 'an account sends its burst, then waits as long as it is told']],
  'initial envelopes (first bytes 01 01) to one account': [
    ['limits', 'one recipient takes its initial envelopes an hour, and other envelopes beyond'],
  ],
  'bundles for one pair': [['limits', 'a pair has its bundles in ten minutes and no more']],
  'one-time prekeys of one account': [['limits', 'a target in demand gives its last-resort key alone']],
  'names an account looks up, existing or not': [
    ['limits', 'names are looked up so often an hour, whether they exist or not'],
  ],
  'prekey uploads an account': [['limits', 'prekeys are uploaded so often an hour']],
  'blobs an account begins': [['blob-limits', 'an account begins so many blobs an hour']],
  'HTTP requests for blobs an address': [
    ['blob-limits', 'an address makes so many requests a minute, found or not'],
    ['blob-limits', 'a request under way counts as a socket of its address, and no longer'],
  ],
  'a mailbox': [
    ['limits', 'a full mailbox refuses the sender until its owner fetched'],
    ['conformance/mailbox-limits', 'a mailbox takes its number of messages and refuses one more'],
    ['conformance/mailbox-limits', 'a mailbox takes its number of bytes and refuses one more'],
  ],
  'mail and blobs wait': [
    ['delivery', 'mail past its time is not delivered, and none waits longer than the relay allows'],
    ['blob-limits', 'a blob is kept 14 days from its last byte, a half upload a day from its last progress'],
  ],
  'a blob': [['blob-limits', 'the largest blob is taken, and one byte more refused']],
  "an account's blobs": [['blob-limits', "an account's share is used up to the last byte"]],
  'the disk': [['blob-limits', 'blobs leave the floor of the disk free, when they are asked for and at every piece']],
  'half a blob': [['blob-limits', 'a half upload a day from its last progress']],
  'a deleted name stays taken': [['conformance/accounts', 'taken for 180 days']],
  'one-time prekeys kept for an account': [
    ['limits', 'a pool takes its prekeys and refuses one more'],
    ['conformance/prekeys', 'a pool takes its number of prekeys; one more changes nothing'],
  ],
  'accounts ever made in one SQLite store': [
    ['sqlite-store', 'the last account number is given out, and none after it'],
  ],
  'a frame': [
    ['wire-limits', 'a frame of 131,072 bytes is judged by what it says, one byte more ends the connection'],
    ['wire-limits', 'a frame in eight fragments is understood, in nine it ends the connection'],
  ],
  'an envelope': [['delivery', 'or too large is refused; the connection lives on']],
  'SENDs without their answer': [
    ['wire-limits', 'with 63 SENDs unanswered a connection is read on, with 64 it is not'],
  ],
  'deliveries without their ACK': [
    ['delivery', 'a receiver has 64 messages under way and gets the next after an ack'],
    ['delivery', 'a receiver has 256 KiB under way and gets the next after an ack'],
  ],
  'time to authenticate': [['wire-limits', 'who has not authenticated is let go after 5 s, and not before']],
};

/** Options that limit nobody. */
const NOT_LIMITS = new Set(
  'version port host exit-when-idle store data tls-cert tls-key behind-proxy log-level json print-privacy invite-only metrics-port'
    .split(' ')
    .map((name) => `--${name}`),
);

async function rows(): Promise<readonly (readonly [limit: string, value: string, options: readonly string[]])[]> {
  const page = await readFile(new URL('../../docs/relay-protocol.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## 8. Limits'));
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| limit '))
    .map((line) => {
      const [limit = '', value = '', options = ''] = line.slice(1, -1).split('|');
      return [limit.trim(), value.trim(), options.match(/--[a-z-]+/g) ?? []];
    });
}

test('every limit that the protocol declares has a test, and nothing else is in the list', async () => {
  assert.deepEqual((await rows()).map(([limit]) => limit).sort(), Object.keys(TESTED).sort());
  for (const [limit, tests] of Object.entries(TESTED)) {
    for (const [file, title] of tests) {
      const name = file.startsWith('conformance/') ? `${file}.ts` : `${file}.test.ts`;
      const text = await readFile(new URL(name, import.meta.url), 'utf8');
      assert.ok(text.includes(title), `${limit}: ${name} has no test "${title}"`);
    }
  }
});

/** A number as the table may write it. */
function writings(value: unknown): readonly string[] {
  const number = Number(value);
  const [mib, gib] = [number / 1_048_576, number / 1_073_741_824];
  return [number.toLocaleString('en-US'), `${mib} MiB`, `${gib} GiB`, ...(number === 24 ? ['a day'] : [])];
}

test('every option that limits something is in the table, with its default', async () => {
  const table = await rows();
  const limiting = relayCommand.options.filter(({ long }) => !NOT_LIMITS.has(long ?? ''));
  assert.deepEqual(table.flatMap(([, , options]) => options).sort(), limiting.map(({ long }) => long).sort());
  for (const { long, defaultValue } of limiting) {
    const value = table.find(([, , options]) => options.includes(long ?? ''))?.[1] ?? '';
    assert.ok(
      writings(defaultValue).some((writing) => value.includes(writing)),
      `${long}: ${String(defaultValue)} is not in "${value}"`,
    );
  }
});
