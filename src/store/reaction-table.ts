import type { ReactionTable } from '../session/history-port.ts';
import { flag, unsigned } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

export function reactionTable(database: VaultDatabase): ReactionTable {
  return {
    // A message that is not there, or is a line of the program's own by now, takes none.
    put: (id, { mine, emoji }, sequence) =>
      database.run(
        `INSERT INTO reactions (message_id, mine, emoji, sequence)
         SELECT message_id, ?, ?, ? FROM messages WHERE message_id = ? AND kind <> 'system'
         ON CONFLICT (message_id, mine) DO UPDATE SET emoji = excluded.emoji, sequence = excluded.sequence
           WHERE reactions.sequence <= excluded.sequence`,
        [flag(mine), emoji, unsigned(sequence), id],
      ) > 0,
    of: (id) =>
      database
        .all<{ mine: number; emoji: string }>(
          `SELECT mine, emoji FROM reactions WHERE message_id = ? AND emoji <> '' ORDER BY mine`,
          [id],
        )
        .map(({ mine, emoji }) => ({ mine: mine === 1, emoji })),
  };
}
