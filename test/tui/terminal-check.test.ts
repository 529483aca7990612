import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examineTerminal, LAST_ANSWER, type TerminalFacts } from '../../src/tui/terminal-check.ts';

const GOOD: TerminalFacts = {
  env: { TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'en_GB.UTF-8' },
  cols: 80,
  rows: 24,
  answers: '\x1b[5;3R\x1b[5;3R\x1b[?2004;2$y\x1b[?62;22c',
};

function found(changes: Partial<TerminalFacts>, check: string) {
  const finding = examineTerminal({ ...GOOD, ...changes }).find((each) => each.check === check);
  assert.ok(finding !== undefined, check);
  return finding;
}
const env = (changes: Record<string, string>) => ({ env: { ...GOOD.env, ...changes } });

test('a good terminal is well in every point', () => {
  const findings = examineTerminal(GOOD);
  assert.deepEqual(
    findings.map(({ check, ok }) => [check, ok]),
    ['terminal', 'colours', 'characters', 'widths', 'paste'].map((check) => [check, true]),
  );
  assert.match(findings.map(({ detail }) => detail).join('\n'), /xterm-256color, 80 × 24\n16 million.*\nUTF-8/s);
});

test('without a terminal there is nothing to say against it', () => {
  assert.deepEqual(
    examineTerminal(null).map(({ check, ok }) => [check, ok]),
    [['terminal', true]],
  );
});

test('a terminal that can place no text, and one too small, are told', () => {
  assert.match(found(env({ TERM: 'dumb' }), 'terminal').detail, /use a terminal that sets it/);
  assert.equal(found(env({ TERM: '' }), 'terminal').ok, false);
  assert.equal(found({ cols: 39 }, 'terminal').ok, false);
  assert.equal(found({ rows: 11 }, 'terminal').ok, false);
  assert.equal(found({ cols: 40, rows: 12 }, 'terminal').ok, true);
});

test('colours are counted, and how to have more is said where there may be', () => {
  assert.match(found(env({ COLORTERM: '' }), 'colours').detail, /^256;.*COLORTERM=truecolor/);
  assert.match(found(env({ COLORTERM: '', TERM: 'xterm' }), 'colours').detail, /^16;/);
  assert.match(found(env({ NO_COLOR: '1' }), 'colours').detail, /^none, by NO_COLOR/);
});

test('another encoding than UTF-8 is told, by the variable that counts', () => {
  assert.equal(found(env({ LC_ALL: 'C' }), 'characters').ok, false);
  assert.equal(found(env({ LC_ALL: '', LANG: 'C.utf8' }), 'characters').ok, true);
  assert.match(found({ env: { TERM: 'xterm' } }, 'characters').detail, /not UTF-8: export LANG/);
});

test('how wide characters are drawn is judged by where the cursor went', () => {
  assert.match(
    found({ answers: '\x1b[1;3R\x1b[1;7R\x1b[?6c' }, 'widths').detail,
    /take 6 columns: smchat shows the first/,
  );
  assert.equal(found({ answers: '\x1b[1;3R\x1b[1;7R\x1b[?6c' }, 'widths').ok, true);
  assert.match(found({ answers: '\x1b[1;2R\x1b[1;3R\x1b[?6c' }, 'widths').detail, /takes 1 columns, not 2/);
  for (const answers of ['', '\x1b[?6c', '\x1b[1;3R\x1b[?6c']) assert.equal(found({ answers }, 'widths').ok, false);
});

test('whether pastes come as one piece is told, as far as it is known', () => {
  assert.equal(found({ answers: '\x1b[1;3R\x1b[1;3R\x1b[?2004;0$y\x1b[?6c' }, 'paste').ok, false);
  assert.equal(found({ answers: '\x1b[1;3R\x1b[1;3R\x1b[?2004;1$y\x1b[?6c' }, 'paste').ok, true);
  assert.match(found({ answers: '\x1b[1;3R\x1b[1;3R\x1b[?6c' }, 'paste').detail, /does not say/);
});

test('the answers are over with the terminal’s own kind, and not before', () => {
  assert.ok(LAST_ANSWER.test(GOOD.answers));
  assert.ok(!LAST_ANSWER.test('\x1b[5;3R\x1b[?2004;2$y'));
});
