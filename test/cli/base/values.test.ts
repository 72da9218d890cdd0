import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blockInterval } from '../../../cli/base/duration.ts';
import { serverAddress } from '../../../cli/base/remote.ts';
import {
  callArgument,
  proposalStateArgument,
  statusArgument,
  timeArgument,
} from '../../../cli/base/values.ts';
import { CALL_STATUSES } from '../../../core/decide/types.ts';
import { CALLS } from '../../../core/incidents/types.ts';
import { Call, CallStatus } from '../../../gen/bos/v1/call_pb.js';

const usage = (message: RegExp) => ({ name: 'CommandFailure', exitCode: 2, message });

describe('values of arguments and flags', () => {
  it('name every call and every status', () => {
    for (const call of CALLS) assert(callArgument(call) > Call.UNSPECIFIED, call);
    for (const status of CALL_STATUSES) {
      assert(statusArgument(status) > CallStatus.UNSPECIFIED, status);
      assert.equal(statusArgument(status.replaceAll('_', ' ')), statusArgument(status));
    }
    assert.equal(proposalStateArgument('gone'), 5);
  });

  it('that are mistyped are answered with what was probably meant', () => {
    assert.throws(
      () => callArgument('creat'),
      usage(/one of create, .*, got "creat": did you mean "create"\?$/),
    );
    assert.throws(() => statusArgument('doen'), usage(/got "doen": did you mean "done"\?$/));
    assert.throws(() => proposalStateArgument('xxxxxx'), usage(/got "xxxxxx"$/));
  });

  it('are times in RFC 3339 or days in UTC', () => {
    assert.equal(timeArgument('BEGIN', undefined), undefined);
    assert.deepEqual(timeArgument('BEGIN', '2026-03-01'), new Date('2026-03-01T00:00:00Z'));
    assert.deepEqual(timeArgument('BEGIN', '2026-03-01T19:00+01:00'), new Date('2026-03-01T18:00:00Z'));
    for (const text of ['1', 'March 1', '2026-13-01', '2026-03-01T19:00']) {
      assert.throws(() => timeArgument('BEGIN', text), usage(/^expected BEGIN as/), text);
    }
  });

  it('are addresses of servers with or without scheme and path', () => {
    assert.equal(serverAddress('127.0.0.1:8010'), 'http://127.0.0.1:8010');
    assert.equal(serverAddress('localhost:8010/trigger'), 'http://localhost:8010');
    assert.equal(serverAddress('https://bos.example/'), 'https://bos.example');
    assert.equal(serverAddress('http://[::1]:8010'), 'http://[::1]:8010');
    for (const text of ['', 'ws://x:1', 'http://', 'a b']) {
      assert.throws(() => serverAddress(text), usage(/^expected an address like/), text);
    }
  });

  it('are intervals in whole seconds', () => {
    assert.equal(blockInterval('1s'), 1000);
    assert.equal(blockInterval('3000ms'), 3000);
    for (const text of ['', '1', '0s', '500ms', '1.5s', '-1s'])
      assert.throws(() => blockInterval(text), usage(/in whole seconds like 1s/), text);
  });
});
