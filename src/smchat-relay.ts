#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { CommanderError, type OptionValues } from 'commander';
import { parseRelayCommand, relayCommand } from './relay/command-line.ts';
import { examine, exitCodeOf } from './relay/doctor.ts';
import { invite } from './relay/invite-command.ts';
import { privacyStatement } from './relay/privacy.ts';
import { storeChoice, tlsFiles } from './relay/relay-options.ts';
import { serve } from './relay/serve.ts';
import { DEFAULT_STORE_LIMITS } from './relay/store.ts';
import { asSmchatError, EXIT_CODE } from './smchat-error.ts';

const DAY_MS = 86_400_000;

async function main(): Promise<void> {
  const asked = parseRelayCommand(process.argv);
  const options = relayCommand.opts();
  if (asked.task === 'invite') return printInvitations(options, asked.count, asked.days);
  if (asked.task === 'doctor') return printFindings(options);
  if (options.printPrivacy === true) return printPrivacy(options);
  return serve(options, fail);
}

async function printInvitations(options: OptionValues, count: number, days: number): Promise<void> {
  process.umask(0o077);
  const lines = await invite(storeChoice(options, process.env).folder, {
    count,
    days,
    json: options.json === true,
    now: Date.now(),
    random: (length) => new Uint8Array(randomBytes(length)),
  });
  process.stdout.write(lines);
}

async function printFindings(options: OptionValues): Promise<void> {
  const findings = await examine({
    choice: storeChoice(options, process.env),
    tls: tlsFiles({ cert: options.tlsCert, key: options.tlsKey }),
    freeBytesFloor: options.blobFreeBytes,
    now: Date.now(),
  });
  for (const { check, ok, detail } of findings) {
    const line =
      options.json === true ? JSON.stringify({ check, ok, detail }) : `${ok ? 'ok ' : 'BAD'} ${check}: ${detail}`;
    process.stdout.write(`${line}\n`);
  }
  process.exitCode = exitCodeOf(findings);
}

function printPrivacy(options: OptionValues): void {
  const text = privacyStatement({
    ttlDays: options.ttl,
    dedupeDays: DEFAULT_STORE_LIMITS.dedupeMs / DAY_MS,
    tombstoneDays: options.tombstoneDays,
    halfUploadHours: options.blobHalfHours,
  });
  process.stdout.write(text);
}

function fail(thrown: unknown): never {
  if (thrown instanceof CommanderError) {
    // Help and version are not failures; commander has told the rest already.
    process.exit(thrown.exitCode === 0 ? EXIT_CODE.ok : EXIT_CODE.usage);
  }
  const error = asSmchatError(thrown);
  process.stderr.write(`smchat-relay: ${error.message}\n`);
  if (error.hint !== '') process.stderr.write(`  ${error.hint}\n`);
  process.exit(error.exitCode);
}

main().catch(fail);
