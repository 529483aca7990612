import type { AccountId } from '../crypto/bytes.ts';
import { encodeDeliver, stampDeliver } from '../net/wire/deliver-frame.ts';
import { CLOSE_CODE } from '../net/wire/limits.ts';
import type { Connection } from './connection.ts';
import type { DeliveryWindow } from './delivery-window.ts';
import type { RelayContext } from './relay-context.ts';
import { READ_MAX_ENVELOPES } from './store.ts';

/** An envelope that was just committed goes straight on to its receiver if that one has everything before it. */
export function deliverFromMemory(
  recipient: AccountId,
  draft: Buffer,
  seq: number,
  arrivedAt: number,
  context: RelayContext,
) {
  const connection = context.presence.get(recipient);
  if (connection === null) return context.neighbours.stored(recipient);
  if (connection.phase.phase !== 'ready') return;
  const { window } = connection.phase;
  if (window === null || seq <= window.cursor) return;
  switch (window.mode) {
    case 'live':
      if (!window.isOpen || !connection.hasRoom) {
        window.mode = 'behind';
        return;
      }
      if (seq !== window.cursor + 1) {
        // What lies between may have come through another relay process: handing this one over would skip it.
        window.mode = 'behind';
        return deliverFromStore(connection, context);
      }
      stampDeliver(draft, seq, arrivedAt);
      window.handOver(seq, draft.length);
      context.tallies.deliveries += 1;
      connection.send(draft);
      return;
    case 'reading':
      window.readAgain = true;
      return;
    case 'behind':
      return;
    default:
      return window.mode satisfies never;
  }
}

/** Goes on from the store where the window and the socket have room. */
export function deliverFromStore(connection: Connection, context: RelayContext): void {
  if (connection.phase.phase !== 'ready') return;
  const { account, window } = connection.phase;
  if (window?.mode !== 'behind' || !window.isOpen || !connection.hasRoom) return;
  readOn(connection, account, window, context).catch(() => {
    context.log.error('the store failed while a mailbox was read');
    // Nothing is lost: the client comes back and asks again from where it was.
    connection.close(CLOSE_CODE.tryLater);
  });
}

async function readOn(
  connection: Connection,
  account: AccountId,
  window: DeliveryWindow,
  context: RelayContext,
): Promise<void> {
  do {
    window.mode = 'reading';
    window.readAgain = false;
    const afterSeq = Math.max(window.cursor, context.queue.pendingAck(account));
    const stored = await context.store.read(account, afterSeq, context.now());
    // The client may have subscribed anew, or gone.
    if (connection.phase.phase !== 'ready' || connection.phase.window !== window) return;
    for (const envelope of stored) {
      if (!window.isOpen || !connection.hasRoom) {
        window.mode = 'behind';
        return;
      }
      const frame = encodeDeliver(envelope);
      window.handOver(envelope.seq, frame.length);
      context.tallies.deliveries += 1;
      connection.send(frame);
    }
    if (stored.length < READ_MAX_ENVELOPES && !window.readAgain) window.mode = 'live';
  } while (window.mode !== 'live');
}
