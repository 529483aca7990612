import type { CommandSpec } from './command.ts';
import { accounts } from './commands/accounts.ts';
import { changePassword } from './commands/change-password.ts';
import { contact } from './commands/contact.ts';
import { contacts } from './commands/contacts.ts';
import { deleteMessage } from './commands/delete.ts';
import { deleteAccount } from './commands/delete-account.ts';
import { deleteHistory } from './commands/delete-history.ts';
import { demo } from './commands/demo.ts';
import { disappear } from './commands/disappear.ts';
import { doctor } from './commands/doctor.ts';
import { edit } from './commands/edit.ts';
import { exportBackup } from './commands/export.ts';
import { history } from './commands/history.ts';
import { imageCheck } from './commands/image-check.ts';
import { importBackup } from './commands/import.ts';
import { kat } from './commands/kat.ts';
import { link } from './commands/link.ts';
import { listen } from './commands/listen.ts';
import { react } from './commands/react.ts';
import { register } from './commands/register.ts';
import { rpc } from './commands/rpc.ts';
import { save } from './commands/save.ts';
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
  link,
  send,
  listen,
  history,
  search,
  verify,
  trust,
  save,
  react,
  edit,
  deleteMessage,
  disappear,
  deleteHistory,
  changePassword,
  exportBackup,
  importBackup,
  deleteAccount,
  rpc,
  kat,
  imageCheck,
  doctor,
  demo,
];
