import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { type CommandContext, patient, withClient } from '../command-context.ts';
import { checkName } from '../content-checks.ts';
import { absolutePath } from '../file-arguments.ts';
import { withProgress } from '../transfer-progress.ts';

export const save: CommandSpec = {
  name: 'save',
  summary: 'writes a picture or file to a folder, never over an existing one',
  arguments: [{ syntax: '[ID]', help: 'the message that holds it' }],
  options: [
    { flags: '--all <NAME>', help: 'all of the chat with NAME', kind: 'text' },
    {
      flags: '--out <DIR>',
      help: 'below it come folders for the account and the contact',
      kind: 'text',
      standard: 'smchat in the pictures folder',
    },
  ],
  example: 'smchat save --all bob --out ~/from-bob',
  json: '{id, path}',
  details:
    'The name is the time of the message and the name its sender gave. What is still at the relay is fetched; ' +
    '--timeout is how long that may go without any progress. With --all, exit 5 says that some could not be had any more.',
  async run(context, given) {
    const id = given.optionalArgument(0);
    const all = given.text('all');
    const out = given.text('out');
    const folder = out === undefined ? undefined : absolutePath('--out', out);
    if (id !== undefined && all === undefined) return saveOne(context, id, folder);
    if (id === undefined && all !== undefined) return saveAll(context, checkName(all), folder);
    throw new SmchatError('usage', 'either a message ID or --all NAME', { hint: 'see ids with: smchat history NAME' });
  },
};

async function saveOne(context: CommandContext, id: string, folder: string | undefined): Promise<void> {
  const { output } = context;
  const saved = await withClient(context, (client) =>
    withProgress(output, client, 'download', () => patient(context, client, () => client.save(id, folder))),
  );
  output.result({ id: saved.id, path: saved.path }, [saved.path]);
}

async function saveAll(context: CommandContext, name: string, folder: string | undefined): Promise<void> {
  const { output } = context;
  const { saved, missing } = await withClient(context, (client) =>
    withProgress(output, client, 'download', () => patient(context, client, () => client.saveAll(name, folder))),
  );
  for (const { id, path } of saved) output.result({ id, path }, [path]);
  if (missing.length > 0) {
    const count = missing.length === 1 ? '1 file is' : `${missing.length} files are`;
    throw new SmchatError('attachment-missing', `${count} not to be had any more: ${missing.join(', ')}`, {
      hint: saved.length === 0 ? 'ask for it to be sent again' : 'the others were saved',
    });
  }
  if (saved.length === 0) output.remark('there are no files in this chat');
}
