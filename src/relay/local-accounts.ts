import type { AccountId } from '../crypto/bytes.ts';
import { CLOSE_CODE } from '../net/wire/limits.ts';
import { deliverFromStore } from './mailbox-delivery.ts';
import type { LocalAccounts } from './neighbours.ts';
import type { RelayContext } from './relay-context.ts';

/** What neighbours may ask of this process's connections. */
export function localAccounts(context: RelayContext): LocalAccounts {
  const { presence, neighbours } = context;
  return {
    *accounts() {
      for (const { phase } of presence.connections()) if (phase.phase === 'ready') yield phase.account;
    },

    mail(account, upToSeq) {
      const connection = presence.get(account);
      if (connection === null || connection.phase.phase !== 'ready') return;
      const { window } = connection.phase;
      if (window === null || upToSeq <= window.cursor) return;
      if (window.mode === 'reading') {
        window.readAgain = true;
        return;
      }
      window.mode = 'behind';
      deliverFromStore(connection, context);
    },

    replaced(account: AccountId) {
      presence.get(account)?.replace();
      // What was handed to the older connection meanwhile, the newer one has not heard of.
      neighbours.stored(account);
    },

    deleted(account: AccountId) {
      presence.get(account)?.close(CLOSE_CODE.accountDeleted);
    },
  };
}
