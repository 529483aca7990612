import assert from 'node:assert/strict';
import { isAbsolute } from 'node:path';
import { utf8 } from '../../../src/crypto/bytes.ts';
import { parseSearch, searchRefusal } from '../../../src/search-words.ts';
import { mimeOfName, pictureName } from '../../../src/session/file-mime.ts';
import { cleanFileName, SAVED_NAME_MAX_BYTES, savedFileName } from '../../../src/session/saved-name.ts';
import { searchClauses } from '../../../src/store/search-clauses.ts';
import { absolutePath, looksLikePath } from '../../../src/tui/files/path-text.ts';
import { ascii, Decisions, type Target } from '../target.ts';

/** What no part of a file's name may hold anywhere: separators, controls, other systems' reserved characters. */
const UNCLEAN = /[/\\<>:"|?*\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The name that a peer gave a file. */
export function fileNames(): Target {
  const pieces = [
    '../',
    '..\\',
    'C:',
    'con',
    'NUL.txt',
    'lpt1',
    '.',
    ' ',
    '\u202e',
    '\u0301',
    'clock$',
    '~',
    '\0',
    '.tar.gz',
  ];
  return {
    name: 'file-name',
    maxBytes: 700,
    seeds: () => [utf8('________photo.jpg'), ...pieces.map((piece) => utf8(`________${piece}a`))],
    dictionary: [...pieces.map(utf8), utf8('각'), utf8('ﷺ'), ascii('\xff')],
    run(input) {
      const decisions = new Decisions(input);
      const sentAt = decisions.number(8) - 2 ** 62;
      const name = Buffer.from(decisions.rest()).toString('utf8');
      const clean = cleanFileName(name);
      assert.ok(clean !== '' && clean !== '.' && clean !== '..' && !UNCLEAN.test(clean), `unclean: ${clean}`);
      assert.ok(!clean.startsWith('.') && !/[. ]$/.test(clean));
      assert.ok(utf8(clean).length <= SAVED_NAME_MAX_BYTES);
      assert.equal(cleanFileName(clean), clean, 'cleaning twice changes it');
      assert.match(savedFileName(sentAt, name), /^\d{4}-\d\d-\d\d_\d{6}_./);
      assert.ok(mimeOfName(name).includes('/'));
      // An empty name is refused before.
      if (name !== '') assert.equal(mimeOfName(pictureName(name, 'image/png')), 'image/png');
      return clean === name ? 'clean' : 'cleaned';
    },
  };
}

/** What is pasted or typed where a path is expected. */
export function pathTexts(): Target {
  const places = { userFolder: '/home/someone', workingFolder: '/work' };
  const seeds = [
    '/tmp/a b.png',
    "'/tmp/a b.png'",
    '/tmp/a\\ b',
    'file:///tmp/a%20b',
    '~/x',
    'C:\\x',
    'file://host/x',
    '~',
  ];
  return {
    name: 'path-text',
    maxBytes: 5_000,
    seeds: () => seeds.map(utf8),
    dictionary: ['file://', '%00', '%2f', '%', "'", '"', '\\', '\0', '\n', 'localhost', '~/'].map(ascii),
    run(input) {
      const text = Buffer.from(input).toString('utf8');
      const path = absolutePath(text, places);
      if (path === null) return looksLikePath(text) ? 'refused, though like a path' : 'refused';
      assert.ok(isAbsolute(path) || /^[A-Za-z]:/.test(path), `not absolute: ${path}`);
      assert.ok(!path.includes('\0'), 'a NUL in a path');
      return looksLikePath(text) ? 'like a path' : 'a path';
    },
  };
}

/** What is typed into the search: refused in words, or every word stays inside its quotes. */
export function searchWords(): Target {
  const tokenize = (word: string) => word.match(/[\p{L}\p{N}]+/gu) ?? [];
  return {
    name: 'search-words',
    maxBytes: 300,
    seeds: () =>
      [
        'two words',
        '"quoted" OR',
        'text:a*',
        'NEAR(a b)',
        '👍',
        ') OR (',
        '-not ^a',
        'from:me has:link before:2026-05',
      ].map(utf8),
    dictionary: ['"', '*', ' AND ', ' OR ', 'NEAR(', '{text}', ':', '\0', '\u2028', ' from:', ' after:today'].map(utf8),
    run(input) {
      const asked = parseSearch(Buffer.from(input).toString('utf8'), 0);
      if (!asked.ok) {
        assert.ok(searchRefusal(asked.reason).hint.length > 0);
        return asked.reason;
      }
      const { words, has, since, until } = asked.value;
      for (const time of [since, until]) assert.ok(time === null || Number.isSafeInteger(time));
      const query = searchClauses(words.join(' '), { contactId: 3, has }, tokenize);
      if (query === null) return 'no words';
      const marks = query.where.match(/\?/g) ?? [];
      assert.equal(marks.length, query.values.length);
      if (!query.usesIndex) return 'by the text';
      const phrases = query.values.find((value) => typeof value === 'string' && value.startsWith('{contact_id}'));
      assert.match(
        String(phrases),
        /^\{contact_id\} : "3" AND \{text\} : \((?:[(]?"(?:[^"\0]|"")*"(?: \*)?[)]?(?: AND | OR )?)+\)$/,
      );
      return 'by the index';
    },
  };
}
