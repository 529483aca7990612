import type { SmchatClient } from '../../session/client.ts';
import type { Dialogue } from './dialogue.ts';

/** Tells the safety number, and marks it verified or accepts a changed key where it is the same as theirs. */
export async function safetyNumberDialogue(client: SmchatClient, dialogue: Dialogue, name: string): Promise<void> {
  const { safety_number, verified, changed } = await client.verify(name);
  if (changed) dialogue.note(`the identity key of ${name} changed: a new device, or somebody in between`);
  dialogue.note(`safety number with ${name}: ${safety_number}`);
  if (verified && !changed) return dialogue.note(`${name} is verified`);
  dialogue.note(`compare it with what ${name} sees, by telephone or face to face`);
  if (!(await dialogue.agrees('Is it the same on both sides?'))) return;
  if (changed) await client.trust(name, safety_number);
  else await client.verify(name, safety_number);
  dialogue.note(`${name} is verified`);
}
