import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { COMMANDS as TABLE } from '../../src/cli/command-table.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { RPC_METHODS } from '../../src/cli/rpc-methods.ts';
import { relayCommand } from '../../src/relay/command-line.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import { EXIT_CODE } from '../../src/smchat-error.ts';
import { SCHEMA, schemaProblems } from '../support/json-schema.ts';
import { COMMANDS, EVENTS, EXIT_CODES, GLOBALS, KNOWN_ANSWERS, METHODS, RELAY_OPTIONS } from './contract-tables.ts';

const document = readFileSync('docs/cli.md', 'utf8');
const flagOf = (flags: string): string => flags.split(' ')[0] ?? '';

/** Every kind of event; a new one does not compile until it stands here, and fails below until the schema has it. */
const EVENT_KINDS: Readonly<Record<SmchatEvent['event'], true>> = {
  message: true,
  own_message: true,
  status: true,
  receipt: true,
  edit: true,
  reaction: true,
  delete: true,
  history_deleted: true,
  transfer: true,
  contact_request: true,
  contact: true,
  identity_changed: true,
  session_reset: true,
  gap: true,
  undecryptable: true,
  copied: true,
  account_deleted: true,
  connection: true,
};

/** The fields that the schema gives an object, through its references. */
function fieldsOf(name: string): Set<string> {
  const fields = new Set<string>();
  const take = (schema: (typeof SCHEMA.$defs)[string]): void => {
    const referred = schema.$ref === undefined ? undefined : SCHEMA.$defs[schema.$ref.replace('#/$defs/', '')];
    if (referred !== undefined) take(referred);
    for (const each of [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) take(each);
    for (const field of Object.keys(schema.properties ?? {})) fields.add(field);
  };
  const schema = SCHEMA.$defs[name];
  assert.ok(schema !== undefined, `the schema has ${name}`);
  take(schema);
  return fields;
}

test('each promised option of every command is parsed and documented, with its variable', () => {
  const parsed = new Set<string>(GLOBAL_OPTIONS.map(({ flags }) => flagOf(flags)));
  for (const [option, variable] of Object.entries(GLOBALS)) {
    assert.ok(parsed.has(option) || ['--version', '--help'].includes(option), option);
    assert.ok(document.includes(`\`${option}`), option);
    if (variable !== null) assert.ok(document.includes(variable), variable);
  }
});

test('each promised command is parsed and documented, with its words, options and fields', () => {
  for (const { command, words = [], options = [], fields } of COMMANDS) {
    const spec = TABLE.find(({ name }) => name === command);
    assert.ok(spec !== undefined, command);
    const flags = new Set(spec.options.map((option) => flagOf(option.flags)));
    for (const option of options) {
      assert.ok(flags.has(option), `${command} ${option}`);
      assert.ok(document.includes(`| \`${option}`), option);
    }
    const told = `${spec.arguments.map(({ help, choices }) => [help, ...(choices ?? [])].join(' ')).join(' ')}`;
    for (const word of words) assert.ok(told.includes(word), `${command} ${word}`);
    assert.ok(document.includes(`### \`smchat ${command}`), command);
    if (fields === '') continue;
    const described = fieldsOf(`command-${command}`);
    for (const field of fields.split(' ')) {
      assert.ok(described.has(field), `${command} prints ${field}`);
    }
  }
});

test('each promised exit code, event, method with its parameters, and known-answer question is there', () => {
  const codes: readonly number[] = Object.values(EXIT_CODE);
  for (const code of EXIT_CODES) {
    assert.ok(codes.includes(code), String(code));
    assert.ok(document.includes(`\n| ${code} |`), String(code));
  }
  for (const event of EVENTS) assert.ok(event in EVENT_KINDS && document.includes(`\`${event}\``), event);
  const methods: Readonly<Record<string, { readonly params: readonly string[] }>> = RPC_METHODS;
  for (const [method, params] of Object.entries(METHODS)) {
    for (const param of params.split(' ').filter((each) => each !== '')) {
      assert.ok(methods[method]?.params.includes(param), `${method} takes ${param}`);
    }
  }
  for (const algorithm of KNOWN_ANSWERS) assert.ok(document.includes(`\`${algorithm}\``), algorithm);
});

test('the schema describes every command, method and kind of event that there is', () => {
  const expected = [
    ...TABLE.map(({ name }) => `command-${name}`),
    ...Object.keys(RPC_METHODS).map((m) => `method-${m}`),
  ];
  const words = new Set(TABLE.filter(({ json }) => json.startsWith('nothing')).map(({ name }) => `command-${name}`));
  assert.deepEqual(
    expected.filter((name) => !words.has(name) && SCHEMA.$defs[name] === undefined),
    [],
  );
  const consts = (SCHEMA.$defs.event?.oneOf ?? []).flatMap((each) =>
    [each, ...(each.allOf ?? [])].map(({ properties }) => properties?.event?.const),
  );
  assert.deepEqual(consts.filter((each) => each !== undefined).sort(), Object.keys(EVENT_KINDS).sort());
});

test('the checker of these tests refuses what the schema does not say', () => {
  const id = '0f3a5c7e9b1d2f4a6c8e0b1d3f5a7c9e';
  assert.deepEqual(schemaProblems('change', { id, status: 'sent' }), []);
  assert.deepEqual(schemaProblems('change', { id, status: 'read' }).length, 1);
  assert.match(schemaProblems('change', { id: 'x', status: 'sent' }).join(), /does not match/);
  assert.match(schemaProblems('change', { id }).join(), /status is missing/);
  assert.match(schemaProblems('change', { id, status: 'sent', more: 1 }).join(), /more is new/);
  assert.notDeepEqual(schemaProblems('event', { event: 'gap', name: 'bob', missing: -1 }), []);
  assert.notDeepEqual(schemaProblems('event', { event: 'unheard_of' }), []);
  assert.notDeepEqual(schemaProblems('method-contacts', [{ name: 'bob' }]), []);
});

test('each promised option of the relay is there with its default', () => {
  const options = new Map(relayCommand.options.map((option) => [option.long, option.defaultValue]));
  for (const [option, standard] of Object.entries(RELAY_OPTIONS)) {
    assert.ok(options.has(option), option);
    if (standard !== undefined) assert.equal(options.get(option), standard, option);
  }
});
