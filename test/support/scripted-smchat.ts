// smchat as a program of its own, on scripted accounts: for what only a process shows (signals, pipes, terminals).
import { runProgram } from '../../src/cli/program.ts';
import { findPromptTerminal } from '../../src/cli/prompt-terminal.ts';
import { answerKnown } from '../../src/crypto/known-answers.ts';
import { createImagePort } from '../../src/media/image-port.ts';
import { HEALTHY } from './command-run.ts';
import { ScriptedAccounts } from './scripted-accounts.ts';

async function openAccounts(home: string): Promise<ScriptedAccounts> {
  const accounts = new ScriptedAccounts(home);
  const alice = accounts.add('alice');
  const messages = Number(process.env.SCRIPTED_MESSAGES ?? 0);
  for (let each = 0; each < messages; each++) alice.arrive('bob', `message ${each} ${'x'.repeat(1000)}`);
  return accounts;
}

process.exitCode = await runProgram({
  argv: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  now: () => Date.now(),
  findTerminal: findPromptTerminal,
  defaultHome: async () => process.cwd(),
  openAccounts,
  openImageCheck: async () => ({ maxBytes: 1024, check: (bytes) => createImagePort().check(bytes) }),
  openKnownAnswers: async () => answerKnown,
  openCheckup: async () => HEALTHY,
  startInterface: async () => 0,
  startPlain: async () => undefined,
  startDemo: async () => undefined,
});
process.exit();
