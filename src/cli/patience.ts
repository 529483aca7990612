import type { SmchatClient } from '../session/client.ts';
import { SmchatError } from '../smchat-error.ts';
import { withDeadline } from './deadline.ts';

/**
 * What `work` gives, or `timed-out` once it got nowhere for so long. A file on its way takes as long as it takes: the
 * time begins anew with every piece of it. While none is on its way, what takes long is this machine's own work, as
 * long as whoever does it answers at all.
 */
export async function patiently<T>(
  client: Pick<SmchatClient, 'subscribe' | 'connection'>,
  timeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let isUnderWay = false;
  let over = false;
  let giveUp: () => void = () => {};
  const stalled = new Promise<never>((_, reject) => {
    giveUp = () => reject(new SmchatError('timed-out'));
  });
  const startOver = (): void => {
    clearTimeout(timer);
    if (!over) timer = setTimeout(() => void look(), timeoutMs);
  };
  const look = async (): Promise<void> => {
    if (isUnderWay || !(await answers(client, timeoutMs))) giveUp();
    else startOver();
  };
  const unsubscribe = client.subscribe(
    (event) => {
      if (event.event !== 'transfer') return;
      isUnderWay = event.state === 'running' || event.state === 'waiting';
      if (event.state !== 'waiting') startOver();
    },
    { only: 'transfers' },
  );
  startOver();
  try {
    return await Promise.race([work(), stalled]);
  } finally {
    over = true;
    clearTimeout(timer);
    unsubscribe();
  }
}

async function answers(client: Pick<SmchatClient, 'connection'>, timeoutMs: number): Promise<boolean> {
  try {
    await withDeadline(client.connection(), timeoutMs);
    return true;
  } catch {
    return false;
  }
}
