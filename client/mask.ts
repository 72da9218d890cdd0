import { createHash } from 'node:crypto';

/** Hides a feed's name from witnesses as data proxies do: lower-case hex MD5 of the name followed by the secret. */
export function maskProvider(name: string, secret: string): string {
  return createHash('md5').update(`${name}${secret}`).digest('hex');
}
