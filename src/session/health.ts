import { type AccountContext, requireOpen } from './account-context.ts';
import type { AccountHealth } from './client.ts';
import type { Connection } from './connection.ts';

/** How an account is: its vault page by page, and what the relay holds of it. Waits for the first try to connect. */
export async function examineAccount(
  context: Pick<AccountContext, 'vault' | 'closing'>,
  connection: Pick<Connection, 'settled'>,
): Promise<AccountHealth> {
  const live = await connection.settled();
  requireOpen(context);
  const vault = context.vault.problems();
  const queued = context.vault.outbox.all().length;
  const counts = live === null ? null : await live.preKeyCounts();
  if (counts === null || !counts.ok) return { vault, queued };
  const { oneTimePreKeys, oneTimeKemPreKeys } = counts.value;
  return { vault, queued, prekeys: { one_time: oneTimePreKeys, kem: oneTimeKemPreKeys } };
}
