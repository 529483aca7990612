import { SmchatError } from '../smchat-error.ts';

/** The 16 bytes of an invitation as it was handed on: 32 hexadecimal digits, with dashes and spaces anywhere. */
export function invitationBytes(text: string): Uint8Array {
  const digits = text.replace(/[\s-]/g, '');
  if (/^[0-9a-f]{32}$/i.test(digits)) return new Uint8Array(Buffer.from(digits, 'hex'));
  throw new SmchatError('invitation-needed', 'that is not an invitation', {
    hint: 'it is 32 of 0-9 and a-f, in groups of four',
  });
}
