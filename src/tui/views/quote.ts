import type { Message } from '../../session/client.ts';
import { indexOfMessage, type MessageLog, messageAt } from '../state/message-log.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';

const YOU = label('you');

/** Who wrote a message, as it is shown. */
export function nameOf(message: Message): SafeText {
  return message.direction === 'out' ? YOU : sanitizeLine(message.from);
}

/** A message in one line: who, and the first words, or its file's name. */
export function oneLine(message: Message): SafeText {
  const words = (message.text ?? '').split('\n', 1)[0] ?? '';
  return safe`${nameOf(message)}: ${sanitizeLine(words === '' ? (message.attachment?.name ?? '') : words)}`;
}

/** What stands above an answer; null where the answered message is not loaded or gone. */
export function quoteWords(log: MessageLog, id: string | undefined): SafeText | null {
  const message = id === undefined ? undefined : messageAt(log, indexOfMessage(log, id));
  if (message === undefined) return null;
  return message.kind === 'system' ? sanitizeLine(message.text ?? '') : oneLine(message);
}
