import { hostOf, isThisMachine } from '../../relay-address.ts';
import type { CommandSpec } from '../command.ts';
import { bounded, withClient } from '../command-context.ts';

export const link: CommandSpec = {
  name: 'link',
  summary: 'a link to this account, for whoever wants to write to it; needs no relay',
  arguments: [],
  options: [],
  example: 'smchat link',
  json: '{account, relay, identity_key, link}',
  details:
    'It holds name, relay and identity key, all of them public. Who adds it (smchat contact add LINK) meets this account ' +
    'or nobody, even if the relay lies; so give it on a way on which nobody can change it. On a terminal it is drawn as a ' +
    'QR code as well.',
  async run(context) {
    const own = await withClient(context, (client) => bounded(context, client.ownLink()));
    const { account, relay, identity_key, link: text } = own;
    const isTerminal = 'isTTY' in context.stdout && context.stdout.isTTY === true;
    const code = isTerminal ? (await import('../../qr-code.ts')).qrCode(text, 'light') : [];
    context.output.result({ account, relay, identity_key, link: text }, [...code, text]);
    if (isThisMachine(hostOf(relay)))
      context.output.remark('its relay is on this machine: the link is good here alone');
  },
};
