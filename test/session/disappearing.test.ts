import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TIMER_MAX_SECONDS } from '../../src/session/message-body.ts';
import { messageOf, type Person, person } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend, deletionOf, offline, openRaw, SteeredClock, viewOf } from './changes-fixture.ts';

const YEAR_MS = 365 * 86_400_000;

let relay: RelayProcess;
let ann: Timed;
let ben: Timed;
const people: Person[] = [];

interface Timed {
  readonly who: Person;
  readonly clock: SteeredClock;
}

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE, args: ['--send-burst', '0'] });
  [ann, ben] = await pair('ann', 'ben');
});

after(async () => {
  await Promise.all(people.map((each) => each.remove()));
  await relay?.dispose();
});

async function timed(name: string): Promise<Timed> {
  const clock = new SteeredClock();
  const who = await person(name, relay.url, { clock });
  people.push(who);
  return { who, clock };
}

/** Two who know each other. */
async function pair(a: string, b: string): Promise<readonly [Timed, Timed]> {
  const both = [await timed(a), await timed(b)] as const;
  await befriend(both[0].who, both[1].who);
  return both;
}

async function textsOf(who: Person, chat: string): Promise<readonly (string | undefined)[]> {
  return (await who.client.history(chat)).map((message) => message.text);
}

async function timerOf(who: Person, chat: string): Promise<number> {
  return (await viewOf(who, chat)).contact?.disappear_s ?? 0;
}

test('either side sets the time, both see it as a line, and later messages carry it', async () => {
  const set = await ann.who.client.disappear('ben', 3_600);
  assert.equal(set.status, 'sent');
  const line = 'ann set messages to disappear after 1 hour';
  const seen = await ben.who.sees(messageOf(line), 'the line');
  assert.ok(seen.event === 'message' && seen.kind === 'system' && seen.id === set.id);
  assert.deepEqual([await timerOf(ann.who, 'ben'), await timerOf(ben.who, 'ann')], [3_600, 3_600]);
  assert.equal((await textsOf(ann.who, 'ben')).at(-1), line);
  assert.equal((await viewOf(ben.who, 'ann')).contact?.unread, 1);

  const sent = await ann.who.client.send({ name: 'ben', text: 'gone in an hour' });
  const own = (await ann.who.client.history('ben')).at(-1);
  assert.equal(Date.parse(own?.expires_at ?? ''), Date.parse(sent.sent_at) + 3_600_000);

  await ben.who.client.disappear('ann', 0);
  await ann.who.sees(messageOf('ben set messages to no longer disappear'), 'the other line');
  assert.deepEqual([await timerOf(ann.who, 'ben'), await timerOf(ben.who, 'ann')], [0, 0]);
  await ben.who.client.send({ name: 'ann', text: 'this one stays' });
  await ann.who.sees(messageOf('this one stays'), 'the message');
  assert.equal((await ben.who.client.history('ann')).at(-1)?.expires_at, undefined);
});

test('the lines name the time in words', async () => {
  const words: [number, string][] = [
    [1, '1 second'],
    [90, '1 minute 30 seconds'],
    [7_200, '2 hours'],
    [86_400, '1 day'],
    [14 * 86_400, '2 weeks'],
    [30 * 86_400, '30 days'],
    [TIMER_MAX_SECONDS, '366 days'],
  ];
  for (const [seconds, word] of words) {
    await ann.who.client.disappear('ben', seconds);
    await ben.who.sees(messageOf(`ann set messages to disappear after ${word}`), word);
  }
});

test('the time runs from sending at the sender, from reading at the reader, and ends with the message gone', async () => {
  const [cal, dee] = await pair('cal', 'dee');
  await cal.who.client.disappear('dee', 60);
  const { id } = await cal.who.client.send({ name: 'dee', text: 'one minute', wait: 'delivered' });
  cal.clock.advance(59_000);
  assert.equal((await textsOf(cal.who, 'dee')).includes('one minute'), true);
  cal.clock.advance(1_000);
  await cal.who.sees(deletionOf(id), 'its end at the sender');
  assert.equal((await textsOf(cal.who, 'dee')).includes('one minute'), false);

  dee.clock.advance(YEAR_MS);
  assert.equal((await dee.who.client.history('cal')).find((message) => message.id === id)?.expires_at, undefined);
  await dee.who.client.markRead('cal');
  const read = (await dee.who.client.history('cal')).find((message) => message.id === id);
  assert.ok(Math.abs(Date.parse(read?.expires_at ?? '') - dee.clock.now() - 60_000) < 5_000);
  dee.clock.advance(60_000);
  await dee.who.sees(deletionOf(id), 'its end at the reader');
  assert.equal((await textsOf(dee.who, 'cal')).includes('one minute'), false);
  assert.equal(
    (await dee.who.client.search('minute')).some((message) => message.id === id),
    false,
  );
});

test('what ran out while the account was locked is gone after unlocking', async () => {
  const [eli, fern] = await pair('eli', 'fern');
  await eli.who.client.disappear('fern', 60);
  const ids: string[] = [];
  for (let i = 0; i < 40; i++) {
    ids.push((await eli.who.client.send({ name: 'fern', text: `short-lived ${i}` })).id);
  }
  await eli.who.client.close();
  eli.clock.advance(61_000);
  await eli.who.restart({ clock: eli.clock });
  await eli.who.sees(deletionOf(ids.at(-1) ?? ''), 'the end of the last one');
  assert.equal(
    (await textsOf(eli.who, 'fern')).some((text) => text?.startsWith('short-lived')),
    false,
  );
  // The other one has read none of them.
  await fern.who.sees(messageOf('short-lived 39'), 'the last one');
  assert.equal((await textsOf(fern.who, 'eli')).filter((text) => text?.startsWith('short-lived')).length, 40);
});

test('a message that could not be sent in its time is kept until it is', async () => {
  await ann.who.client.disappear('ben', 10);
  ann.who.events.length = 0;
  await relay.stop();
  await ann.who.sees(offline, 'the end');
  const { id } = await ann.who.client.send({ name: 'ben', text: 'late', wait: 'queued' });
  ann.clock.advance(3_600_000);
  assert.equal((await textsOf(ann.who, 'ben')).includes('late'), true);
  await relay.restart();
  for (const { clock } of [ann, ben]) clock.advance(120_000);
  await ben.who.sees(messageOf('late'), 'the message');
  await ann.who.sees((event) => event.event === 'receipt' && event.id === id, 'its receipt');
  ann.clock.advance(60_000);
  await ann.who.sees(deletionOf(id), 'its end');
});

test('of two settings that cross the later one holds on both sides', async () => {
  ben.clock.advance(ann.clock.now() - ben.clock.now() + 1_000);
  for (const { who } of [ann, ben]) who.events.length = 0;
  await relay.stop();
  await Promise.all([ann.who.sees(offline, 'the end'), ben.who.sees(offline, 'the end')]);
  assert.equal((await ben.who.client.disappear('ann', 500)).status, 'queued');
  assert.equal((await ann.who.client.disappear('ben', 100)).status, 'queued');
  await relay.restart();
  for (const { clock } of [ann, ben]) clock.advance(120_000);
  await ann.who.sees(messageOf('ben set messages to disappear after 8 minutes 20 seconds'), "ben's");
  await ben.who.sees(messageOf('ann set messages to disappear after 1 minute 40 seconds'), "ann's");
  assert.deepEqual([await timerOf(ann.who, 'ben'), await timerOf(ben.who, 'ann')], [500, 500]);
});

test('a clock years ahead does not keep the other side from setting the time later', async () => {
  const [kay, lou] = await pair('kay', 'lou');
  kay.clock.advance(10 * YEAR_MS);
  await kay.who.client.disappear('lou', 3_600);
  await lou.who.sees(messageOf('kay set messages to disappear after 1 hour'), 'the line');
  await lou.who.client.disappear('kay', 60);
  await kay.who.sees(messageOf('lou set messages to disappear after 1 minute'), 'the other line');
  assert.deepEqual([await timerOf(kay.who, 'lou'), await timerOf(lou.who, 'kay')], [60, 60]);
});

test('a time out of range is refused and changes nothing', async () => {
  const before = [await viewOf(ann.who, 'ben'), await timerOf(ben.who, 'ann')];
  for (const seconds of [-1, 0.5, Number.NaN, TIMER_MAX_SECONDS + 1, Number.POSITIVE_INFINITY]) {
    await assert.rejects(ann.who.client.disappear('ben', seconds), { code: 'content-refused' });
  }
  await assert.rejects(ann.who.client.disappear('nobody', 60), { code: 'no-such-contact' });
  assert.deepEqual([await viewOf(ann.who, 'ben'), await timerOf(ben.who, 'ann')], before);
});

test('an older setting that a relay hands out later, or again, does not undo the newer one', async () => {
  const [ola, pam] = await pair('ola', 'pam');
  const raw = await openRaw(ola.who);
  try {
    const now = Date.now();
    raw.say('pam', { type: 'timer', seconds: 60, sentAt: now + 2_000, sequence: 40n });
    const older = raw.say('pam', { type: 'timer', seconds: 0, sentAt: now + 1_000, sequence: 39n });
    raw.say('pam', { type: 'timer', seconds: 0, sentAt: now + 3_000, sequence: 41n, messageId: older });
    raw.say('pam', { type: 'text', text: 'behind them', replyTo: null, expirySeconds: 0 });
    await pam.who.sees(messageOf('behind them'), 'the message behind them');
    assert.equal(await timerOf(pam.who, 'ola'), 60);
    assert.deepEqual((await textsOf(pam.who, 'ola')).slice(0, 2), [
      'ola set messages to no longer disappear',
      'ola set messages to disappear after 1 minute',
    ]);
  } finally {
    await raw.close();
  }
});
