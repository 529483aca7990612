import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SmchatEvent } from '../../src/session/events.ts';
import { messageOf, type Person, person } from '../support/people.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';

let relay: RelayProcess;
let amy: Person;
let bea: Person;

before(async () => {
  relay = await startRelay();
  [amy, bea] = await Promise.all([person('amy', relay.url), person('bea', relay.url)]);
  await Promise.all([amy.client.contact('add', 'bea'), bea.client.contact('add', 'amy')]);
});

after(async () => {
  await Promise.all([amy?.remove(), bea?.remove()]);
  await relay?.dispose();
});

const textsOf = (events: readonly SmchatEvent[]) =>
  events.flatMap((event) => (event.event === 'message' && event.kind === 'text' ? [event.text] : []));

test('what nobody listened for is told to the next listeners, each once, as many as they ask for', async () => {
  bea.silence();
  const texts = ['one', 'two', 'three', 'four'];
  for (const text of texts) await amy.client.send({ name: 'bea', text, wait: 'delivered' });

  const first: SmchatEvent[] = [];
  bea.client.subscribe((event) => first.push(event), { maxMessages: 1 });
  assert.deepEqual(textsOf(first), ['one']);

  await bea.restart();
  await bea.sees(messageOf('four'), 'the rest');
  assert.deepEqual(textsOf(bea.events), ['two', 'three', 'four']);
});

test('a listener that had enough hears nothing more, and the next one gets what came meanwhile', async () => {
  bea.silence();
  bea.events.length = 0;
  const heard: SmchatEvent[] = [];
  bea.client.subscribe((event) => heard.push(event), { maxMessages: 1 });
  await amy.client.send({ name: 'bea', text: 'five', wait: 'delivered' });
  await amy.client.send({ name: 'bea', text: 'six', wait: 'delivered' });
  assert.deepEqual(textsOf(heard), ['five']);
  const next: SmchatEvent[] = [];
  bea.client.subscribe((event) => next.push(event));
  assert.deepEqual(textsOf(next), ['six']);
});
