import type { CommandSpec } from './command.ts';
import { accounts } from './commands/accounts.ts';
import { contact } from './commands/contact.ts';
import { contacts } from './commands/contacts.ts';
import { history } from './commands/history.ts';
import { listen } from './commands/listen.ts';
import { register } from './commands/register.ts';
import { rpc } from './commands/rpc.ts';
import { search } from './commands/search.ts';
import { send } from './commands/send.ts';
import { trust } from './commands/trust.ts';
import { verify } from './commands/verify.ts';
import { whoami } from './commands/whoami.ts';

/** Every subcommand, in the order in which help, --options and docs/cli.md show them. */
export const COMMANDS: readonly CommandSpec[] = [
  register,
  whoami,
  accounts,
  contacts,
  contact,
  send,
  listen,
  history,
  search,
  verify,
  trust,
  rpc,
];
