/** `--print-privacy`: exactly what a relay stores and logs, and for how long. */
export function privacyStatement(options: {
  readonly ttlDays: number;
  readonly dedupeDays: number;
  readonly tombstoneDays: number;
  readonly halfUploadHours: number;
}): string {
  return `What this relay stores
  for each account, until it is deleted:
    its name and its random account id
    its public identity key and its public relay-authentication key
    its public prekeys with their signatures; a one-time prekey until it is given out, then its number for 30 days
    one random login token
    how far the numbering of its mailbox got; on PostgreSQL also how many messages its mailbox holds, of how many
    bytes, and when the first of them expires
  for each message, until its receiver has it, ${options.ttlDays} days at most (and an hour, until it is swept away):
    the encrypted envelope, the receiving account, the times of arrival and of expiry
  for each message, ${options.dedupeDays} days (and up to two hours) longer than that:
    a random message id, the receiving account, its number in the mailbox; the hour in which it left
  for each encrypted file, ${options.ttlDays} days from its last byte at most (half a file: ${options.halfUploadHours} hours without progress):
    its bytes, its size, a random id, the account that sends it, the time of its expiry
    the SHA-256 of the two random tokens that let it be written and read; never who may read it or has read it
  for each invitation, until its time is over:
    the SHA-256 of its random token, the time of its expiry, whether it was used; never by whom
  for each deleted account, ${options.tombstoneDays} days:
    a keyed hash (HMAC-SHA-256) of its name
  on PostgreSQL, while an account is connected (and after a crash until it is again): which relay process it is at
  once: its own secret key, the key of that hash, the version of its tables, and the time of its last readiness
    check; on PostgreSQL a keyed hash of that secret key, and when each relay process was last there

What this relay never stores
  senders of messages, readers of files, IP addresses, contact lists, passwords, any content in clear

What this relay keeps in memory only
  who is connected, from which address, and how often each asked lately, for the limits

What this relay tells on this machine, where --metrics-port is given
  how many connections, messages, refusals and bytes there were, and how long its disk took; nothing of any account

What this relay logs (stderr)
  start, end and failures of its own store and disk; no names, no ids, no tokens, no addresses
`;
}
