import type { AccountContext, Tell } from './account-context.ts';
import { newMessageId } from './message-body.ts';
import { viewMessage } from './message-view.ts';
import type { ContactRecord, MessageRecord } from './vault-port.ts';

/** Puts a line of this side's own into a chat, at its end, within the caller's transaction. */
export function storeLine(context: AccountContext, { contactId }: ContactRecord, text: string, tell: Tell): void {
  const { vault, rng, clock } = context;
  const line: MessageRecord = {
    messageId: newMessageId(rng),
    contactId,
    direction: 'out',
    kind: 'system',
    text,
    replyTo: null,
    clientId: null,
    sentAt: clock.now(),
    receivedAt: null,
    editedAt: null,
    expirySeconds: 0,
    expiresAt: null,
    status: 'sent',
    reason: null,
    sequence: 0n,
    held: false,
    unproven: false,
  };
  vault.messages.insert(line);
  tell({ event: 'own_message', ...viewMessage(context, line) });
}
