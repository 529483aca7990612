import type { Dialogue } from './dialogue.ts';
import type { PlainAccount } from './plain-account.ts';
import type { HiddenQuestions } from './plain-ports.ts';

export async function changePassword(
  { client, account }: PlainAccount,
  dialogue: Dialogue,
  hidden: HiddenQuestions,
): Promise<void> {
  const { current, next } = await hidden.changing(account);
  try {
    await client.changePassword(current, next);
    dialogue.note('the password is changed');
  } finally {
    current.wipe();
    next.wipe();
  }
}

export async function deleteAccount(open: PlainAccount, dialogue: Dialogue, hidden: HiddenQuestions): Promise<void> {
  const { client, account } = open;
  if (!(await dialogue.agrees(`Erase ${account} at the relay and here, with all messages?`))) return;
  const password = await hidden.again(account);
  try {
    await client.deleteAccount(password);
    open.isGone = true;
  } finally {
    password.wipe();
  }
}
