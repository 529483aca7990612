import type { SendRequest } from '../session/client.ts';
import { checkCaption, checkClientId, checkName, checkText } from './content-checks.ts';
import { withDeadline } from './deadline.ts';
import { patiently } from './patience.ts';
import { clientMethod, type MethodParams, present, type RpcCall, type RpcMethod } from './rpc-method.ts';
import type { ParamSchema } from './rpc-params.ts';
import { InvalidParams } from './rpc-protocol.ts';

const WAITS = ['queued', 'sent', 'delivered'] as const;
const SEND = {
  name: 'text',
  text: 'text?',
  image: 'text?',
  file: 'text?',
  caption: 'text?',
  replyTo: 'text?',
  clientId: 'text?',
  wait: { words: WAITS, optional: true },
} as const satisfies ParamSchema;
const SAVE = { id: 'text?', all: 'flag?', name: 'text?', out: 'text?' } as const satisfies ParamSchema;

/** Text, or a file with its caption, as the command has them. */
function contentOf(params: MethodParams<typeof SEND>, call: RpcCall): Pick<SendRequest, 'text' | 'attachment'> {
  const { text, image, file, caption } = params;
  if (image !== undefined && file !== undefined) throw new InvalidParams('either image or file, not both');
  const path = image ?? file;
  if (path === undefined) {
    if (caption !== undefined) throw new InvalidParams('a caption goes with image or file');
    if (text === undefined) throw new InvalidParams('the parameter text is missing');
    return { text: checkText(text) };
  }
  if (text !== undefined && caption !== undefined) throw new InvalidParams('either text or caption, not both');
  const kind = image === undefined ? 'file' : 'image';
  return { text: checkCaption(caption ?? text ?? ''), attachment: { kind, path: call.session.path(path) } };
}

function outOf(out: string | undefined, call: RpcCall): string | undefined {
  return out === undefined ? undefined : call.session.path(out);
}

/** The methods that move files and pictures. */
export const RPC_FILE_METHODS = {
  send: clientMethod(
    SEND,
    (client, params, call) => {
      const { name, replyTo, clientId, wait } = params;
      const { timeoutMs } = call;
      const request = {
        name: checkName(name),
        ...contentOf(params, call),
        ...present({ replyTo, clientId: clientId === undefined ? undefined : checkClientId(clientId), wait }),
        timeoutMs,
      };
      if (request.attachment === undefined) return withDeadline(client.send(request), timeoutMs);
      return patiently(client, timeoutMs, () => client.send(request));
    },
    'work',
  ),
  save: clientMethod(
    SAVE,
    async (client, { id, all, name, out }, call) => {
      if (all !== true) {
        if (id === undefined || name !== undefined) throw new InvalidParams('either id, or all and name');
        return client.save(id, outOf(out, call));
      }
      if (name === undefined || id !== undefined) throw new InvalidParams('either id, or all and name');
      const { saved, missing } = await client.saveAll(checkName(name), outOf(out, call));
      return [...saved, ...missing.map((each) => ({ id: each, missing: true }))];
    },
    'progress',
  ),
  saveAll: clientMethod(
    { name: 'text', out: 'text?' },
    (client, { name, out }, call) => client.saveAll(checkName(name), outOf(out, call)),
    'progress',
  ),
  thumbnail: clientMethod({ id: 'text' }, async (client, { id }) => {
    const bytes = await client.thumbnail(id);
    return { id, data: bytes === null ? null : Buffer.from(bytes).toString('base64') };
  }),
  picture: clientMethod(
    { id: 'text', offset: 'whole?' },
    (client, { id, offset }, call) => call.pictures.page(client, id, offset ?? 0),
    'progress',
  ),
} as const satisfies Readonly<Record<string, RpcMethod>>;
