import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillWithPeople } from '../../support/scripted-chats.ts';
import { contact, KEY, message, type ScriptedInterface, startScripted } from '../../support/scripted-interface.ts';

/** A title, a colour, a cleared screen by C1, a bell, a bidi control, a zero-width space, a hidden tag, a bare mark. */
const HOSTILE = '\x1b]0;taken\x07\x1b[31m\x9b2J\u202e\u2066\u200b\u{e0041}\u0301';
/** What must never come to the terminal; our own frames write CSI and the titles, but never these. */
const FORBIDDEN = ['\x1b]0;taken', '\x1b[31m', '\x9b', '\u202e', '\u2066', '\u200b', '\u{e0041}'];
/** What is seen in its place: the gate was passed, and the text was drawn at all. */
const MARK = '␛]0;';

const ID = 'hostile-message';

/** Everything that a peer, a relay or a file system can put into words, hostile. */
function fillWithHostility({ client }: Pick<ScriptedInterface, 'client'>): void {
  fillWithPeople(client);
  const said = { chat: 'bob', direction: 'in', text: `${HOSTILE} said\n${HOSTILE} again` } as const;
  const attachment = {
    name: `${HOSTILE}.pdf`,
    mime: `${HOSTILE}/pdf`,
    bytes: 5_000,
    sha256: 'ab'.repeat(32),
    state: 'offered',
  } as const;
  client.messages.push(
    message(said),
    message({ ...said, kind: 'file', attachment }),
    message({ chat: 'bob', direction: 'out', text: 'answered', reply_to: ID, status: 'failed', reason: HOSTILE }),
    message({ ...said, kind: 'system' }),
    message({ ...said, id: ID, reactions: [{ from: 'bob', emoji: HOSTILE }] }),
  );
  const at = client.people.findIndex(({ name }) => name === 'bob');
  client.people[at] = contact('bob', { last_text: HOSTILE, last_at: '2026-11-23T14:28:00.000Z' });
  client.connected = { state: 'offline', reason: HOSTILE };
}

/** Each view and dialog that shows a word of somebody else's, by the keys that lead there from bob's chat. */
const VIEWS: Readonly<Record<string, readonly string[]>> = {
  chat: [],
  selection: [KEY.ctrlSpace, 'k'],
  answering: [KEY.ctrlSpace, 'r'],
  reacting: [KEY.ctrlSpace, '+'],
  'message info': [KEY.ctrlSpace, 'i'],
  'delete question': [KEY.ctrlSpace, 'D'],
  search: [KEY.f3, 'said'],
  switcher: [KEY.ctrlP, 'bob'],
  files: [KEY.ctrlO],
  'paste in the composer': [`\x1b[200~${HOSTILE.replaceAll('\x1b', '\u202e\u200b')}\x1b[201~`],
};

for (const [name, keys] of Object.entries(VIEWS)) {
  for (const [cols, rows] of [
    [120, 40],
    [50, 20],
  ] as const) {
    test(`no hostile text reaches the terminal: ${name} at ${cols} by ${rows}`, async (context) => {
      const scripted = await startScripted({
        cols,
        rows,
        folders: { '/home/alice': { [`${HOSTILE} cat.png`]: 2_000 }, '/': { home: null } },
        setUp: (client) => fillWithHostility({ client }),
      });
      context.after(() => scripted.close());
      await scripted.press('bob', KEY.enter);
      assert.ok(scripted.screen.text().includes(MARK), scripted.screen.text());
      await scripted.press(...keys);
      const raw = scripted.screen.raw();
      for (const forbidden of FORBIDDEN) assert.ok(!raw.includes(forbidden), JSON.stringify(forbidden));
    });
  }
}

test('what the relay says of itself, failures and problems of the settings pass the gate too', async (context) => {
  const scripted = await startScripted({
    setUp: (client) => fillWithHostility({ client }),
    preferences: { problems: [`config.toml, line 1: ${HOSTILE}`] },
  });
  context.after(() => scripted.close());
  scripted.client.tell({ event: 'connection', state: 'offline', reason: HOSTILE });
  await scripted.pass(20);
  await scripted.press('/problems', KEY.enter);
  for (const forbidden of FORBIDDEN) assert.ok(!scripted.screen.raw().includes(forbidden), JSON.stringify(forbidden));
});
