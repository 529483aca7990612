import { AccountsSession } from '../accounts-session.ts';
import type { CommandSpec } from '../command.ts';
import { DEFAULT_RELAY } from '../global-options.ts';
import { RpcServer } from '../rpc-server.ts';

export const rpc: CommandSpec = {
  name: 'rpc',
  summary: 'JSON-RPC 2.0 on stdin and stdout, one object a line, for many accounts at once',
  arguments: [{ syntax: '[TRANSPORT]', help: 'stdio, the only one', choices: ['stdio'] }],
  options: [],
  example: `echo '{"jsonrpc":"2.0","id":1,"method":"accounts"}' | smchat rpc`,
  json: 'JSON-RPC answers, and events as notifications of the method event',
  details: 'Ends when stdin does, once everything asked for is answered.',
  async run(context) {
    const { globals, stdin, stdout, failed, stop } = context;
    const session = new AccountsSession(await context.accounts(), globals.account, globals.relay ?? DEFAULT_RELAY);
    const server = new RpcServer({ input: stdin, output: stdout, session, timeoutMs: globals.timeoutMs, failed });
    const onStop = (): void => server.stop();
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    try {
      await server.run();
    } finally {
      stop.removeEventListener('abort', onStop);
      await session.close();
      stdin.destroy();
    }
  },
};
