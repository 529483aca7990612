// A client in a process of its own: Node reads NODE_EXTRA_CA_CERTS at its start alone. Prints what became of it.
import { createBlobPort } from '../../src/net/blob-client.ts';
import { openProxy } from '../../src/net/proxy.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { asSmchatError } from '../../src/smchat-error.ts';
import { random, registerAccount } from '../support/relay-account.ts';
import { blobGrant } from '../support/relay-blob.ts';

const [, , url = '', given] = process.argv;

const proxy = await openProxy({ given });

async function roundTrip(): Promise<string> {
  const alice = await registerAccount(createRelayPort({ proxy }), url, 'alice');
  const login = await alice.login();
  const sent = random(1_000);
  const answer = await login.connection.send(alice.credentials.accountId, random(16), 60, sent);
  if (!answer.ok) return 'not sent';
  login.connection.subscribe(0n);
  const [delivery] = await login.delivered(1);
  if (delivery === undefined || Buffer.compare(delivery.envelope, sent) !== 0) return 'another envelope came';
  const grant = blobGrant();
  const bytes = random(100_000);
  const blobs = createBlobPort({ proxy });
  const signal = new AbortController().signal;
  if (!(await login.connection.createBlob(grant, bytes.length)).ok) return 'no place for the blob';
  const put = await blobs.upload(url, grant, 0, bytes, signal);
  if (!put.ok) return `blob not taken: ${put.reason}`;
  const got = await blobs.download(url, grant, 0, bytes.length, signal);
  login.connection.close();
  return got.ok && Buffer.compare(got.value, bytes) === 0 ? 'round trip' : 'another blob came';
}

process.stdout.write(await roundTrip().catch((thrown) => asSmchatError(thrown).code));
