/** What went wrong with Redis, in words. */
export interface RedisProblem {
  /** What it is and what to do. */
  readonly text: string;
  /** True when only a changed setting helps: another password, another database. */
  readonly isSetting: boolean;
}

const NO_SNAPSHOTS =
  'free disk space or memory, or turn snapshots off, which the queue does not need: `redis-cli config set save ""` now, `save ""` in redis.conf for good, and `vm.overcommit_memory = 1` in /etc/sysctl.conf so that Redis can fork';

/** How an error of Redis or of the connection begins, and what that means. First match counts. */
const KNOWN: readonly { readonly pattern: RegExp; readonly text: string; readonly isSetting?: true }[] = [
  {
    pattern: /^MISCONF|can't save in background/i,
    text: `it refuses to write because its last snapshot could not be saved to disk (MISCONF): ${NO_SNAPSHOTS}`,
  },
  {
    pattern: /^OOM/,
    text: 'it is out of memory and refuses to write (OOM): give it more with `redis-cli config set maxmemory 256mb` and in redis.conf, or find what else fills it with `redis-cli --bigkeys`',
  },
  {
    pattern: /^READONLY/,
    text: 'it is a replica and refuses to write (READONLY): set the address of the primary, or make it one with `redis-cli replicaof no one`',
  },
  {
    pattern: /^LOADING/,
    text: 'it has just been started and is still loading its data: it can be used as soon as that is done',
  },
  {
    pattern: /^(NOAUTH|WRONGPASS|ERR invalid password|ERR AUTH)/i,
    text: 'it refused the password, or wants one and none is set: correct the password in the address (`requirepass` or the user in redis.conf is what it expects)',
    isSetting: true,
  },
  {
    pattern: /DB index is out of range|invalid DB index/i,
    text: 'it has no database of that number: correct the number in the address, or raise `databases` in redis.conf',
    isSetting: true,
  },
  {
    pattern: /^NOPERM/,
    text: 'the user may not do what the queue needs: allow it `~bq:* +@all` with `redis-cli acl setuser`',
  },
  {
    pattern: /max number of clients/i,
    text: 'it has reached its number of connections: raise `maxclients` in redis.conf',
  },
  {
    pattern: /^DENIED/,
    text: 'it is in protected mode and refuses connections from other machines: set a password and `protected-mode no` in redis.conf',
  },
  {
    pattern:
      /ECONNREFUSED|ENOENT|EACCES|ECONNRESET|EPIPE|connection is closed|connection close|stream isn't writeable|max retries/i,
    text: 'it cannot be reached: see whether it runs (`systemctl status redis-server`) and whether the address is right',
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN/,
    text: 'the name of its host is not known: correct the address, or see whether name resolution works',
  },
  {
    pattern: /ETIMEDOUT|timed out|socket timeout|EHOSTUNREACH|ENETUNREACH/i,
    text: 'it does not answer in time: see whether it is overloaded or a firewall is between',
  },
  {
    pattern: /certificate|self.signed|SSL|TLS|EPROTO|unable to verify/i,
    text: 'no safe connection came about: see whether it speaks TLS at this port and whether its certificate is trusted (`?ca=FILE` names the authority to trust)',
  },
];

/**
 * Says in words what an error from Redis means and what to do. Takes the error's message only: errors of the client
 * carry the command with its arguments, passwords among them, so they are never logged or passed on themselves.
 * @param label where the server is, without secrets
 */
export function redisProblem(label: string, error: unknown): RedisProblem {
  const raw = rawMessage(error);
  const known = KNOWN.find(({ pattern }) => pattern.test(raw));
  return known
    ? { text: `Redis at ${label}: ${known.text}`, isSetting: known.isSetting ?? false }
    : { text: `Redis at ${label} answered: ${raw}`, isSetting: false };
}

/** True when the server does not know a script, as after a restart. */
export function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

/** The message with what says more in front: the code of a socket's error, the first refusal of a transaction. */
function rawMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('previousErrors' in error && Array.isArray(error.previousErrors) && error.previousErrors.length > 0) {
    return rawMessage(error.previousErrors[0]);
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === '' || error.message.includes(code) ? error.message : `${code} ${error.message}`.trim();
}
