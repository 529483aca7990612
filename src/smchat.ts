#!/usr/bin/env node
import type { Checkup } from './cli/checkup.ts';
import type { ImageCheck, InterfaceOptions, PlainInterfaceOptions } from './cli/environment.ts';
import { runProgram } from './cli/program.ts';
import { findPromptTerminal } from './cli/prompt-terminal.ts';
import type { Accounts } from './session/client.ts';

/** The accounts of a home: listed at once; what opens one is loaded when one is wanted. */
async function openAccounts(home: string, given?: string): Promise<Accounts> {
  const { listAccounts } = await import('./store/account-listing.ts');
  let opening: Promise<Accounts> | null = null;
  const opened = (): Promise<Accounts> => {
    opening ??= loadOpening().then((opens) => opens.openAccounts(home, given));
    return opening;
  };
  return {
    list: () => listAccounts(home),
    importBackup: async (...wanted) => (await opened()).importBackup(...wanted),
    verifyBackup: async (...wanted) => (await opened()).verifyBackup(...wanted),
    register: async (...wanted) => (await opened()).register(...wanted),
    unlock: async (...wanted) => (await opened()).unlock(...wanted),
  };
}

const loadOpening = () => import('./open-accounts.ts');

async function openCheckup(home: string, given?: string): Promise<Checkup> {
  const [{ examineHome }, { probeRelay }, { preparesPictures }, { createImagePort }, terminal, settings] =
    await Promise.all([
      import('./store/home-check.ts'),
      import('./net/relay-probe.ts'),
      import('./media/self-check.ts'),
      import('./media/image-port.ts'),
      import('./tui/terminal-check.ts'),
      import('./home-settings.ts'),
    ]);
  const proxy = await settings.proxyFor(given, await settings.readSettings(home));
  const { columns: cols = 80, rows = 24 } = process.stdout;
  return {
    home: (account) => examineHome(home, account),
    relay: (url) => probeRelay(url, proxy, Date.now),
    pictures: () => preparesPictures(createImagePort()),
    queries: { text: terminal.TERMINAL_QUERIES, last: terminal.LAST_ANSWER },
    terminal: (answers) =>
      terminal.examineTerminal(answers === null ? null : { env: process.env, cols, rows, answers }),
  };
}

async function openImageCheck(): Promise<ImageCheck> {
  const [{ createImagePort }, { IMAGE_MAX_BYTES }] = await Promise.all([
    import('./media/image-port.ts'),
    import('./media/image-limits.ts'),
  ]);
  return { maxBytes: IMAGE_MAX_BYTES, check: (bytes) => createImagePort().check(bytes) };
}

async function defaultHome(): Promise<string> {
  return (await import('./store/default-home.ts')).defaultHome(process.env, process.platform);
}

async function startInterface(options: InterfaceOptions): Promise<number> {
  return (await import('./open-interface.ts')).openInterface(options, loadOpening);
}

async function startPlain(options: PlainInterfaceOptions): Promise<void> {
  return (await import('./open-plain.ts')).openPlain(options);
}

async function startDemo(): Promise<void> {
  return (await import('./open-demo.ts')).openDemo();
}

// Whatever is made from here on is for this user alone.
process.umask(0o077);
process.exitCode = await runProgram({
  argv: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  now: () => Date.now(),
  findTerminal: findPromptTerminal,
  defaultHome,
  openAccounts,
  openImageCheck,
  openCheckup,
  openKnownAnswers: async () => (await import('./crypto/known-answers.ts')).answerKnown,
  startInterface,
  startPlain,
  startDemo,
});
process.exit();
