import type { MessageStatus } from '../../src/session/client.ts';
import type { ScriptedClient } from './scripted-client.ts';
import { contact, message, NOON, numberMessagesAnew } from './scripted-interface.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

type Line = readonly [who: 'in' | 'out', agoMs: number, text: string, status?: MessageStatus];

const WITH_BOB: readonly Line[] = [
  ['in', 2 * DAY + 95 * MINUTE, 'Have you tried the new relay on the old laptop?'],
  ['out', 2 * DAY + 93 * MINUTE, 'Not yet. Is it worth it?', 'read'],
  [
    'in',
    DAY + 240 * MINUTE,
    'It idles at 40 MiB now, and the fan stays off. I left it running over night with all of us connected, and it did not even wake the disk.',
  ],
  ['out', DAY + 238 * MINUTE, 'That settles it.', 'read'],
  ['out', DAY + 237 * MINUTE, 'I will move ours tomorrow 👍', 'read'],
  ['in', 64 * MINUTE, 'Morning! Did it work?'],
  [
    'out',
    61 * MINUTE,
    'Yes, all over. Two things to look at:\n1. the backup still goes to the old host\n2. the certificate ends on Friday',
    'read',
  ],
  ['in', 58 * MINUTE, 'I can take the certificate.'],
  ['in', 58 * MINUTE - 20_000, '明日でも大丈夫？ Otherwise today after six.'],
  ['out', 52 * MINUTE, 'Tomorrow is fine', 'delivered'],
  ['in', 9 * MINUTE, 'Good. See you then 🙂'],
  ['out', 2 * MINUTE, 'See you!', 'sent'],
];

/** Some people and what was said, as the golden screens and the pictures show them. */
export function fillWithPeople(client: ScriptedClient): void {
  numberMessagesAnew();
  const at = (agoMs: number): string => new Date(NOON - agoMs).toISOString();
  client.people = [
    contact('bob', { verified: true, last_at: at(2 * MINUTE), last_text: 'See you!' }),
    contact('carol', { unread: 3, last_at: at(31 * MINUTE), last_text: 'the photos are on the shelf in the kitchen' }),
    contact('dora_from_accounting', { unread: 12, last_at: at(DAY), last_text: 'Quarterly numbers, final (really)' }),
    contact('erik', { state: 'requested', last_at: at(3 * DAY) }),
    contact('mallory', { identity_changed: true, last_at: at(6 * DAY), last_text: 'new phone, who dis' }),
    contact('stranger', { state: 'incoming' }),
    contact('trent', { verified: true, last_at: at(40 * DAY), last_text: 'ok' }),
    contact('spam_bot', { state: 'blocked', last_at: at(400 * DAY), last_text: 'BUY NOW' }),
  ];
  for (const [direction, ago, text, status] of WITH_BOB) {
    client.messages.push(
      message({ chat: 'bob', direction, text, sent_at: at(ago), ...(status === undefined ? {} : { status }) }),
    );
  }
  for (const [index, text] of [
    'are you home?',
    'I am at the door',
    'the photos are on the shelf in the kitchen',
  ].entries()) {
    client.messages.push(message({ chat: 'carol', direction: 'in', text, sent_at: at((33 - index) * MINUTE) }));
  }
  client.verifications.set('bob', {
    name: 'bob',
    safety_number: '48213 90317 55120 07746 31998 64205 11873 92460 77015 38824 50691 26437',
    verified: true,
    changed: false,
  });
  client.verifications.set('mallory', {
    name: 'mallory',
    safety_number: '11987 40025 76631 90218 33405 81120 64077 29953 18846 50032 97714 06281',
    previous_safety_number: '61002 84417 20093 55718 94126 30087 77240 18365 02914 69953 41808 27760',
    verified: false,
    changed: true,
  });
}
