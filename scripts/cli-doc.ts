// Writes docs/cli.md from the tables that parse the command line and dispatch JSON-RPC.
import { writeFileSync } from 'node:fs';
import { cliDocument } from '../src/cli/cli-document.ts';

writeFileSync('docs/cli.md', cliDocument());
