import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SmchatError } from '../smchat-error.ts';
import { Invitations, invitationText } from './invitations.ts';

const DAY_MS = 86_400_000;

/** `smchat-relay invite`: makes invitations for the relay of this data folder, running or not, and gives what is printed. */
export async function invite(
  dataFolder: string,
  asked: {
    readonly count: number;
    readonly days: number;
    readonly json: boolean;
    readonly now: number;
    readonly random: (length: number) => Uint8Array;
  },
): Promise<string> {
  if (!existsSync(join(dataFolder, 'relay.key'))) {
    throw new SmchatError('usage', `there is no relay's data in ${dataFolder}`, {
      hint: 'give the --data of the relay that the invitations are for; its first start makes it',
    });
  }
  const expiresAt = asked.now + asked.days * DAY_MS;
  const tokens = await new Invitations(dataFolder).make(asked.count, expiresAt, asked.random);
  const expires = new Date(expiresAt).toISOString();
  return tokens
    .map(invitationText)
    .map((invitation) =>
      asked.json ? JSON.stringify({ event: 'invitation', invitation, expires_at: expires }) : invitation,
    )
    .map((line) => `${line}\n`)
    .join('');
}
