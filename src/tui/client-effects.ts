import type { SmchatClient } from '../session/client.ts';
import type { Action } from './state/action.ts';
import type { Effect } from './state/effect.ts';

/** What is asked of the open account. */
export type ClientEffect = Exclude<
  Effect,
  {
    type:
      | 'list-accounts'
      | 'unlock'
      | 'register'
      | 'close-client'
      | 'notify'
      | 'redraw'
      | 'mouse'
      | 'suspend'
      | 'list-folder'
      | 'look-at-path'
      | 'load-previews'
      | 'view-picture'
      | 'copy'
      | 'open-link'
      | 'read-clipboard'
      | 'forget-picture'
      | 'write-outside'
      | 'open-path'
      | 'load-emoji';
  }
>;

/** Hits of a chat that n and N go through. */
const FOUND_HERE_MAX = 1000;

type SecretEffect = Extract<ClientEffect, { type: 'change-password' | 'delete-account' }>;

async function askWithPassword(client: SmchatClient, effect: SecretEffect): Promise<Action> {
  try {
    if (effect.type === 'delete-account') {
      await client.deleteAccount(effect.password);
      return { type: 'account-deleted' };
    }
    await client.changePassword(effect.current, effect.next);
    return { type: 'password-changed' };
  } finally {
    for (const value of Object.values(effect)) if (typeof value !== 'string') value.wipe();
  }
}

/** What an effect on the open account answers. */
export async function askClient(client: SmchatClient, effect: ClientEffect): Promise<Action | null> {
  switch (effect.type) {
    case 'load-contacts':
      return { type: 'contacts', contacts: await client.contacts() };
    case 'load-history': {
      const { name, limit, before } = effect;
      const messages = await client.history(name, before === null ? { limit } : { limit, before });
      return { type: 'history', effect, messages };
    }
    case 'send': {
      const { name, text, file, replyTo } = effect;
      const attachment = file === null ? {} : { attachment: { kind: file.kind, path: file.path } };
      const answers = replyTo === null ? {} : { replyTo };
      return {
        type: 'sent',
        effect,
        result: await client.send({ name, text, ...attachment, ...answers, wait: 'queued' }),
      };
    }
    case 'mark-read':
      await client.markRead(effect.name);
      return null;
    case 'keep-draft':
      await client.keepDraft(effect.name, effect.text);
      return null;
    case 'contact':
      await client.contact(effect.action, effect.name);
      return { type: 'contact-done', effect };
    case 'add-address':
      return { type: 'address-added', name: (await client.addAddress(effect.address)).name };
    case 'own-link':
      return { type: 'own-link', link: (await client.ownLink()).link };
    case 'search':
      return { type: 'found', words: effect.words, messages: await client.search(effect.words, { limit: 100 }) };
    case 'find': {
      const { name, words } = effect;
      return {
        type: 'found-here',
        effect,
        messages: await client.search(words, { with: name, limit: FOUND_HERE_MAX }),
      };
    }
    case 'verify':
      return { type: 'verification', verification: await client.verify(effect.name) };
    case 'confirm-number':
      return { type: 'verification', verification: await client.verify(effect.name, effect.number) };
    case 'trust':
      await client.trust(effect.name, effect.number);
      return { type: 'trusted', name: effect.name };
    case 'delete':
      return { type: 'deleted', effect, result: await client.delete(effect.id, { forAll: effect.forAll }) };
    case 'edit':
      return { type: 'changed', effect, result: await client.edit(effect.id, effect.text) };
    case 'react':
      return { type: 'changed', effect, result: await client.react(effect.id, effect.emoji) };
    case 'disappear':
      return { type: 'changed', effect, result: await client.disappear(effect.name, effect.seconds) };
    case 'delete-history': {
      const { deleted } = await client.deleteHistory(effect.name);
      return { type: 'history-erased', name: effect.name, deleted };
    }
    case 'save':
      return { type: 'saved', path: (await client.save(effect.id)).path };
    case 'cancel-transfer':
      await client.cancelTransfer(effect.id);
      return null;
    case 'open-file':
      return { type: 'saved-to-open', path: (await client.save(effect.id)).path };
    case 'save-all':
      return { type: 'saved-all', name: effect.name, files: await client.saveAll(effect.name) };
    case 'change-password':
    case 'delete-account':
      return askWithPassword(client, effect);
    default: {
      const never: never = effect;
      return never;
    }
  }
}
