import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'uqr';
import { numberLines, qrRows } from '../../../src/tui/dialogs/safety-number.ts';
import { fillWithPeople } from '../../support/scripted-chats.ts';
import { KEY, startScripted } from '../../support/scripted-interface.ts';

const NUMBER = '48213 90317 55120 07746 31998 64205 11873 92460 77015 38824 50691 26437';

test('stands in three lines of four groups of five digits', () => {
  assert.deepEqual(numberLines(NUMBER), [
    '48213  90317  55120  07746',
    '31998  64205  11873  92460',
    '77015  38824  50691  26437',
  ]);
});

test('the code holds the sixty digits, two modules a cell, within a quiet zone', () => {
  const { data, size } = encode(NUMBER.replaceAll(' ', ''), { ecc: 'L', border: 2 });
  const rows = qrRows(NUMBER);
  for (const [row, text] of rows.entries()) {
    for (const [col, glyph] of Array.from(text).entries()) {
      const upper = data[row * 2]?.[col] === true;
      const lower = data[row * 2 + 1]?.[col] === true;
      assert.equal(glyph, upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ');
    }
  }
  assert.equal(rows.length, Math.ceil(size / 2));
  assert.equal(rows[0]?.trim(), '');
});

test('on the smallest screen the number and the field are still in sight', async (context) => {
  for (const name of ['carol', 'mallory']) {
    const scripted = await startScripted({ cols: 40, rows: 10, setUp: fillWithPeople });
    context.after(() => scripted.close());
    await scripted.press(name, KEY.enter, KEY.f4);
    const last = name === 'carol' ? /77015 {2}38824 {2}50691 {2}26437/ : /18846 {2}50032 {2}97714 {2}06281/;
    assert.match(scripted.screen.text(), last);
    assert.match(scripted.screen.text(), /› last five digits/);
    await scripted.press('11111', KEY.enter);
    assert.match(scripted.screen.text(), /! these are not the last five/);
  }
});

test('typing the last digits verifies, and the title says so', async (context) => {
  const scripted = await startScripted({ setUp: fillWithPeople });
  context.after(() => scripted.close());
  await scripted.press('carol', KEY.enter, KEY.f4, '26437', KEY.enter);
  assert.match(scripted.screen.text(), /✓ verified: you compared it with carol/);
  await scripted.press(KEY.escape);
  assert.match(scripted.screen.grid()[0] ?? '', /carol {2}✓ verified/);
});

test('a changed key is warned about over the chat until it is accepted', async (context) => {
  const scripted = await startScripted({ setUp: fillWithPeople });
  context.after(() => scripted.close());
  await scripted.press('mallory', KEY.enter);
  assert.match(scripted.screen.text(), /! mallory’s key has changed · F4 compares/);
  await scripted.press(KEY.f4, '06281', KEY.enter, KEY.escape);
  assert.doesNotMatch(scripted.screen.text(), /key has changed · F4/);
  assert.deepEqual(scripted.client.calls.filter(([method]) => method === 'trust').length, 1);
});
