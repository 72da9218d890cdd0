import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNoScript, redisProblem } from '../../../../core/queue/redis/problems.ts';

const inWords = (message: string, more: object = {}) =>
  redisProblem('redis://host:6379/0', Object.assign(new Error(message), more));

test('a server that refuses to write is told with the remedy', () => {
  assert.match(
    inWords('MISCONF Redis is configured to save RDB snapshots, but it is currently ...').text,
    /redis:\/\/host:6379\/0.*snapshot.*config set save "".*overcommit_memory/,
  );
  assert.match(
    inWords("OOM command not allowed when used memory > 'maxmemory'.").text,
    /config set maxmemory/,
  );
  assert.match(inWords("READONLY You can't write against a read only replica.").text, /replicaof no one/);
  assert.match(inWords('LOADING Redis is loading the dataset in memory').text, /still loading/);
});

test('the first refusal of a transaction says what is wrong with all of it', () => {
  const first = new Error('OOM command not allowed');
  const { text } = inWords('EXECABORT Transaction discarded because of previous errors.', {
    previousErrors: [first],
  });
  assert.match(text, /out of memory/);
});

test('an unreachable server is told as such, whatever the client calls it', () => {
  for (const [message, code] of [
    ['', 'ECONNREFUSED'],
    ['connect ENOENT /run/redis.sock', 'ENOENT'],
    ['Connection is closed.', undefined],
    ["Stream isn't writeable and enableOfflineQueue options is false", undefined],
  ]) {
    assert.match(inWords(message!, code ? { code } : {}).text, /cannot be reached.*systemctl status/);
  }
  assert.match(inWords('getaddrinfo ENOTFOUND redis.example').text, /name of its host/);
  assert.match(inWords('Command timed out').text, /does not answer in time/);
  assert.match(inWords('self-signed certificate').text, /\?ca=FILE/);
});

test('what only a changed setting helps against is marked so', () => {
  for (const message of [
    'WRONGPASS invalid username-password pair or user is disabled.',
    'NOAUTH Authentication required.',
    'ERR DB index is out of range',
  ]) {
    assert.equal(inWords(message).isSetting, true, message);
  }
  assert.equal(inWords('OOM command not allowed').isSetting, false);
});

test('the command that failed, with its arguments, is never shown', () => {
  const { text } = inWords('WRONGPASS invalid', { command: { name: 'auth', args: ['hunter2'] } });
  assert.ok(!text.includes('hunter2'));
  assert.match(inWords('ERR something else').text, /answered: ERR something else/);
});

test('a forgotten script is recognised', () => {
  assert.equal(isNoScript(new Error('NOSCRIPT No matching script. Please use EVAL.')), true);
  assert.equal(isNoScript(new Error('ERR unknown')), false);
});
