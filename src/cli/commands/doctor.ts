import { amiss, type Finding, well } from '../../finding.ts';
import type { AccountHealth, SmchatClient } from '../../session/client.ts';
import { asSmchatError, type FailureCode, SmchatError } from '../../smchat-error.ts';
import { requireAccount, whichAccount } from '../account-choice.ts';
import { readLock } from '../account-lock.ts';
import type { CommandSpec } from '../command.ts';
import { bounded, type CommandContext, openClient, untilStopped } from '../command-context.ts';
import { DEFAULT_RELAY } from '../global-options.ts';
import { accountFolder } from '../shared-accounts.ts';

/** Below these the account fills its pools again (protocol.md, section 2). */
const FEW_ONE_TIME = 30;
const FEW_KEM = 6;

/** Which exit code a finding stands for; any other is an unexpected one. The first that is amiss counts. */
const FAILURE_OF: Readonly<Record<string, FailureCode>> = {
  files: 'storage-damaged',
  disk: 'storage-damaged',
  lock: 'in-use',
  vault: 'storage-damaged',
  relay: 'relay-unreachable',
  login: 'relay-unreachable',
};

export const doctor: CommandSpec = {
  name: 'doctor',
  summary: 'looks at files, disk, vault, relay, clock, keys and terminal, and says what to do',
  arguments: [],
  options: [],
  example: 'smchat doctor',
  json: '{check, ok, detail}',
  details:
    'Ends with 0 only if all is well, else with the code of the first that is not. Without an account it looks at ' +
    'the rest. It changes nothing but what opening an account mends anyway.',
  async run(context) {
    const findings = new Findings(context);
    const accounts = await context.accounts();
    const listings = await untilStopped(context, accounts.list());
    const name = listings.length === 0 ? null : whichAccount(context.globals.account, listings);
    if (name !== null) requireAccount(name, listings);
    const checkup = await context.openCheckup();
    findings.tell(await untilStopped(context, checkup.home(name)));
    if (name === null) {
      findings.tell([well('account', 'there is none here yet; make one with: smchat register NAME')]);
    } else {
      await examineAccount(context, findings, name);
    }
    const stored = listings.find(({ account }) => account === name)?.relay;
    const relay = context.globals.relay ?? (stored === undefined || stored === '' ? DEFAULT_RELAY : stored);
    findings.tell(await untilStopped(context, checkup.relay(relay)));
    findings.tell([await untilStopped(context, checkup.pictures())]);
    findings.tell(checkup.terminal(await context.askTerminal(checkup.queries.text, checkup.queries.last)));
    findings.end();
  },
};

/** Tells findings as they come, and remembers what was amiss. */
class Findings {
  readonly #context: CommandContext;
  readonly #amiss: string[] = [];
  #failure: FailureCode | null = null;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  tell(findings: readonly Finding[], failure?: FailureCode): void {
    for (const { check, ok, detail } of findings) {
      this.#context.output.result({ check, ok, detail }, [`${ok ? 'ok ' : 'BAD'} ${check}: ${detail}`]);
      if (ok) continue;
      this.#amiss.push(check);
      this.#failure ??= failure ?? FAILURE_OF[check] ?? 'internal';
    }
  }

  end(): void {
    if (this.#failure === null) return;
    throw new SmchatError(this.#failure, `not all is well: ${this.#amiss.join(', ')}`, {
      hint: 'what to do stands beside each',
    });
  }
}

async function examineAccount(context: CommandContext, findings: Findings, name: string): Promise<void> {
  const folder = accountFolder(await context.home(), name);
  // Before the account is opened: that takes a lock of its own.
  const before = readLock(folder);
  let client: SmchatClient;
  try {
    client = await openClient({ ...context, globals: { ...context.globals, account: name } });
  } catch (thrown) {
    const { code, message, hint } = asSmchatError(thrown);
    if (code === 'interrupted') throw thrown;
    const check = code === 'in-use' ? 'lock' : 'vault';
    const held = code === 'in-use' && before !== null ? `process ${before.pid} does not answer: end it` : hint;
    findings.tell([amiss(check, `${message}: ${held}`)], code);
    return;
  }
  try {
    findings.tell([lockFinding(before)]);
    const health = await untilStopped(context, client.health());
    findings.tell([vaultFinding(health), ...keyFindings(health)]);
    findings.tell([await loginFinding(context, client, health)]);
  } finally {
    await client.close();
  }
}

function lockFinding(before: ReturnType<typeof readLock>): Finding {
  if (before === null) return well('lock', 'no other process has the account open');
  if (isAlive(before.pid)) return well('lock', `process ${before.pid} has the account open, and answered for it`);
  return well('lock', `process ${before.pid} was killed with the account open; opening it now has tidied up`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

function vaultFinding({ vault }: AccountHealth): Finding {
  if (vault.length === 0) return well('vault', 'every page is as it was written');
  return amiss('vault', `it is damaged (${vault.join('; ')}): copy the account's folder away, then restore a backup`);
}

function keyFindings({ prekeys }: AccountHealth): readonly Finding[] {
  if (prekeys === undefined) return [];
  const left = `${prekeys.one_time} one-time and ${prekeys.kem} post-quantum ones are left at the relay`;
  if (prekeys.one_time === 0 || prekeys.kem === 0) {
    return [
      amiss(
        'prekeys',
        `${left}: stay online for some minutes, they are made anew; until then first messages are weaker`,
      ),
    ];
  }
  const isFew = prekeys.one_time < FEW_ONE_TIME || prekeys.kem < FEW_KEM;
  return [well('prekeys', isFew ? `${left}; more are made within minutes of being online` : left)];
}

async function loginFinding(
  context: CommandContext,
  client: SmchatClient,
  { queued }: AccountHealth,
): Promise<Finding> {
  const { state, reason } = await bounded(context, client.connection());
  const waiting = queued === 0 ? '' : `; ${queued} on the way to it`;
  if (state === 'online') return well('login', `the relay lets this account in${waiting}`);
  return amiss('login', `${reason ?? 'not yet connected'}${waiting}: see the relay below, and try again`);
}
