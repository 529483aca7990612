import type { AccountContext } from './account-context.ts';
import type { Connection } from './connection.ts';

/** So long a request may take from the relay to here once there is a connection. */
const ARRIVES_WITHIN_MS = 3000;

/**
 * Waits until somebody's request is here: who has just gone online may not have it yet, though it lies at the relay.
 * Resolves also where none comes.
 */
export async function requestArrival(context: AccountContext, connection: Connection, name: string): Promise<void> {
  const { vault, hub, clock, closing } = context;
  if (vault.contacts.byName(name) !== null) return;
  const arrived = new Promise<void>((resolve) => {
    const finish = () => {
      stopListening();
      cancelTimer();
      closing.removeEventListener('abort', finish);
      resolve();
    };
    const stopListening = hub.add((event) => {
      if (event.event === 'contact_request' && event.name === name) finish();
    });
    let cancelTimer: () => void = () => {};
    void connection.settled().then((online) => {
      if (online === null) finish();
      else cancelTimer = clock.after(ARRIVES_WITHIN_MS, finish);
    });
    closing.addEventListener('abort', finish);
  });
  await arrived;
}
