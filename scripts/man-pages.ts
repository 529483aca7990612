// Writes man/smchat.1 and completions/smchat.bash from the tables that parse the command line.
import { writeFileSync } from 'node:fs';
import { bashCompletion } from '../src/cli/bash-completion.ts';
import { manPage } from '../src/cli/man-page.ts';

writeFileSync('man/smchat.1', manPage());
writeFileSync('completions/smchat.bash', bashCompletion());
