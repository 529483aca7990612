import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compactLinks } from '../../../src/tui/term/frame.ts';
import { linkParts, linksIn, showsLinks } from '../../../src/tui/term/links.ts';
import { linkStart } from '../../../src/tui/term/osc.ts';
import { sanitizeText } from '../../../src/tui/term/sanitize.ts';
import { wrapLines } from '../../../src/tui/term/width.ts';

const urls = (text: string) => linksIn(text).map(({ url }) => url);

test('finds http, https and mailto, without what a sentence puts around them', () => {
  assert.deepEqual(urls('see https://example.org/a?b=c#d, or (http://x.org/y_(z)).'), [
    'https://example.org/a?b=c#d',
    'http://x.org/y_(z)',
  ]);
  assert.deepEqual(urls('"HTTPS://Example.org/" <mailto:anna@example.org>'), [
    'HTTPS://Example.org/',
    'mailto:anna@example.org',
  ]);
  assert.deepEqual(urls('下载 https://example.org/x。 好'), ['https://example.org/x']);
});

test('finds nothing else to open, and nothing that looks like another address than it is', () => {
  for (const text of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'ftp://example.org',
    'data:text/html,x',
    'xhttps://example.org',
    'https://',
    'https:///',
    'https://bank.example@evil.example/',
    'https://user:secret@example.org/',
    'https://ex\u0430mple.org/',
    'https://example.org看看',
    'mailto:nobody',
    `https://example.org/${'a'.repeat(3000)}`,
  ]) {
    assert.deepEqual(urls(text), [], text);
  }
});

test('a link is the text that is read there, in printable ASCII, whatever the text is', () => {
  const piece = fc.oneof(
    fc.constantFrom('https://', 'http://a.b/', 'mailto:a@b', '@', '\x1b]8;;', '\x07', ' ', ')', '(', '\u202e', 'é'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((parts) => sanitizeText(parts.join(''))),
      fc.integer({ min: 4, max: 30 }),
      (text, width) => {
        const links = linksIn(text);
        for (const { start, end, url } of links) {
          assert.equal(text.slice(start, end), url);
          assert.match(url, /^(?:https?:\/\/|mailto:)[\x21-\x7e]+$/i);
          assert.ok(linkStart(url).endsWith(`${url}\x1b\\`));
        }
        const read = new Map<string, string>();
        for (const line of wrapLines(text, width)) {
          for (const { start, end, url } of linkParts(links, line.start, line.text.length)) {
            read.set(url, (read.get(url) ?? '') + line.text.slice(start, end));
          }
        }
        for (const [url, seen] of read) assert.ok(seen.startsWith(url) || seen === url, `${seen} for ${url}`);
      },
    ),
  );
});

test('nothing but a link becomes a control string', () => {
  for (const url of ['javascript:x', 'https://a\x1b\\b', 'https://a b', 'https://\u0430', '']) {
    assert.equal(linkStart(url), '');
  }
});

test('a link of many cells is begun and ended once', () => {
  const [start, end] = [linkStart('https://a.b'), '\x1b]8;;\x1b\\'];
  const other = linkStart('https://c.d');
  const frame = `x${[...'link'].map((letter) => `${start}${letter}${end}`).join('')}${other}y${end}z`;
  assert.equal(compactLinks(frame), `x${start}link${other}y${end}z`);
  assert.equal(compactLinks(`${start}a`), `${start}a${end}`);
  assert.equal(compactLinks('plain'), 'plain');
});

test('terminals that would show the control string get none', () => {
  for (const TERM of ['', 'dumb', 'linux', 'screen', 'screen-256color', 'vt100'])
    assert.equal(showsLinks({ TERM }), false);
  for (const TERM of ['xterm-256color', 'tmux-256color', 'foot', 'xterm-kitty'])
    assert.equal(showsLinks({ TERM }), true);
});
