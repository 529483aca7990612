import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { SmchatError } from '../smchat-error.ts';

/** A certificate with its chain and its private key, both PEM, known to belong together. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly expiresAt: number;
}

/** Reads both files; throws `usage` with the reason where clients could not connect with them. */
export function readCertificate(certFile: string, keyFile: string, now: number): Certificate {
  const cert = readPem(certFile, '--tls-cert');
  const key = readPem(keyFile, '--tls-key');
  const leaf = parse(cert, certFile);
  const [begins, expiresAt] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  if (now < begins) throw new SmchatError('usage', `the certificate ${certFile} is not valid before ${leaf.validFrom}`);
  if (now >= expiresAt) throw new SmchatError('usage', `the certificate ${certFile} expired on ${leaf.validTo}`);
  try {
    createSecureContext({ cert, key, minVersion: 'TLSv1.3' });
  } catch {
    // The cause may quote the key's file: it is left out.
    throw new SmchatError('usage', `the key ${keyFile} does not belong to the certificate ${certFile}`);
  }
  return { cert, key, expiresAt };
}

function parse(cert: Buffer, certFile: string): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch {
    throw new SmchatError('usage', `${certFile} holds no PEM certificate`);
  }
}

function readPem(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new SmchatError('usage', `${option}: ${file} cannot be read`, { cause });
  }
}
