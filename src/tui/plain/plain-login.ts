import type { AccountListing, SmchatClient } from '../../session/client.ts';
import { asSmchatError } from '../../smchat-error.ts';
import type { Dialogue, Ending } from './dialogue.ts';
import type { PlainOptions } from './plain-ports.ts';

const NEW = 'new';

type Opened = { readonly kind: 'open'; readonly client: SmchatClient } | { readonly kind: Ending };
type Choice = { readonly kind: 'old' | 'new'; readonly account: string } | { readonly kind: Ending };

/** Asks which account and its password until one is open, or whoever is asked goes away. */
export async function openAccount(options: PlainOptions, dialogue: Dialogue, isFirst: boolean): Promise<Opened> {
  const listings = await options.accounts.list();
  const choice = await choose(options, dialogue, listings, isFirst);
  switch (choice.kind) {
    case 'old':
      return unlock(options, dialogue, choice.account);
    case 'new':
      return register(options, dialogue, choice.account);
    default:
      return choice;
  }
}

async function choose(
  options: PlainOptions,
  dialogue: Dialogue,
  listings: readonly AccountListing[],
  isFirst: boolean,
): Promise<Choice> {
  const known = (name: string): boolean => listings.some(({ account }) => account === name);
  const wanted = isFirst ? options.account : undefined;
  if (wanted !== undefined) return { kind: known(wanted) ? 'old' : 'new', account: wanted };
  const [only] = listings;
  if (isFirst && only !== undefined && listings.length === 1) return { kind: 'old', account: only.account };
  if (only === undefined) return askName(dialogue, 'there is no account here yet');
  for (const [at, { account, relay }] of listings.entries()) dialogue.note(`${at + 1}. ${account} at ${relay}`);
  for (;;) {
    const answer = await dialogue.ask(`Account, by number or name, or ${NEW}:`);
    if (answer.kind !== 'line') return answer;
    const found = listings[Number(answer.text) - 1]?.account ?? answer.text.toLowerCase();
    if (found === NEW) return askName(dialogue, 'a new account');
    if (known(found)) return { kind: 'old', account: found };
    dialogue.note(`no account called ${found} here`);
  }
}

async function askName(dialogue: Dialogue, why: string): Promise<Choice> {
  dialogue.note(`${why}; its name is 2 to 32 of a-z, 0-9 and _`);
  for (;;) {
    const answer = await dialogue.ask('Name:');
    if (answer.kind !== 'line') return answer;
    if (/^[a-z0-9_]{2,32}$/.test(answer.text)) return { kind: 'new', account: answer.text };
    dialogue.note('that is not a possible name: 2 to 32 of a-z, 0-9 and _');
  }
}

async function unlock(options: PlainOptions, dialogue: Dialogue, account: string): Promise<Opened> {
  const { accounts, hidden, relayUrl, relayUrlGiven } = options;
  for (;;) {
    const password = await hidden.existing(account);
    dialogue.note(`opening ${account}…`);
    try {
      return { kind: 'open', client: await accounts.unlock(account, password, relayUrlGiven ? relayUrl : undefined) };
    } catch (thrown) {
      if (asSmchatError(thrown).code !== 'wrong-password' || !hidden.asksAgain) throw thrown;
      dialogue.failure(thrown);
    } finally {
      password.wipe();
    }
  }
}

async function register(options: PlainOptions, dialogue: Dialogue, name: string): Promise<Opened> {
  const { accounts, hidden, relayUrl } = options;
  dialogue.note(`${name} is a new account, at ${relayUrl}`);
  dialogue.note('its password opens everything that is kept here; there is no way to recover it, so write it down');
  const password = await hidden.chosen(name);
  try {
    return { kind: 'open', client: await accounts.register(name, password, relayUrl) };
  } catch (thrown) {
    if (asSmchatError(thrown).code !== 'invitation-needed') throw thrown;
    const invitation = await hidden.invitation();
    if (invitation === null) throw thrown;
    return { kind: 'open', client: await accounts.register(name, password, relayUrl, invitation) };
  } finally {
    password.wipe();
  }
}
