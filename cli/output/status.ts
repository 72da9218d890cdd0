import type { Amount } from '../../gen/bos/v1/common_pb.js';
import {
  AccountRole,
  type Alert,
  type Heartbeat,
  ProcessRole,
  type Status,
} from '../../gen/bos/v1/status_pb.js';
import { counted, fields, when } from './text.ts';

/** `12.34567 PPY` */
function amountText(amount: Amount | undefined): string {
  if (amount === undefined) return 'not known';
  const digits = amount.amount.toString().padStart(amount.precision + 1, '0');
  const whole = digits.slice(0, digits.length - amount.precision);
  const fraction = digits.slice(digits.length - amount.precision);
  return `${whole}${fraction === '' ? '' : `.${fraction}`} ${amount.symbol}`;
}

function chainLines({ chain, sports }: Status): string {
  if (chain === undefined) return 'not known';
  const nodes = chain.nodes.map((node) => `${node.url} (${node.connected ? 'connected' : 'not connected'})`);
  const head =
    chain.headBlockNumber === 0
      ? 'no block yet'
      : `block ${chain.headBlockNumber} of ${when(chain.headBlockTime)}, ${Math.round(chain.lagSeconds)} s ago, irreversible ${chain.lastIrreversibleBlockNumber}`;
  const state = chain.synced ? 'in step' : `not in step: ${chain.problem}`;
  const witnesses = `${counted(chain.activeWitnessCount, 'active witness').replace(/witnesss$/, 'witnesses')}, a proposal needs ${chain.threshold}`;
  return [
    `network ${sports?.network ?? ''}, ${state}`,
    head,
    ...(chain.threshold === 0 ? [] : [witnesses]),
    ...nodes,
  ].join('\n');
}

function sportsLine({ sports }: Status): string {
  if (sports === undefined) return '';
  return `digest ${sports.digest}${sports.problem === '' ? '' : ', those on disk are refused'}`;
}

function accountLines({ accounts }: Status): string {
  return accounts
    .map((account) => {
      const roles = account.roles.map((role) => (AccountRole[role] ?? '').toLowerCase()).join(' and ');
      const active = account.activeWitness
        ? `active witness, weight ${account.weight}`
        : 'not an active witness';
      const key = account.keyAvailable ? 'key here' : 'no key here';
      return `${account.account?.name ?? ''} ${account.account?.id ?? ''} (${roles}): ${active}, ${key}, ${amountText(account.balance)}`;
    })
    .join('\n');
}

/** The suite's own version first, then what differs from it; the parts that carry the same number are left out. */
function versionText({ versions }: Status): string {
  const own = versions['bookie-oracle-suite'] ?? '';
  const others = Object.entries(versions).filter(([, version]) => version !== own);
  return [own, ...others.map(([name, version]) => `${name} ${version}`)].join(', ');
}

/** What is to be said of the clock of a process. */
function clockText({ details }: Heartbeat): string {
  const off = details?.clock_off_seconds;
  return typeof off === 'number' ? `, its clock is off by ${off} s: correct it` : '';
}

const PAUSED = '\nPAUSED by an operator: workers take nothing until `bos queue resume`';

/** What every witness needs, and what it means when no process of the role runs. */
const NEEDED: readonly (readonly [ProcessRole, string])[] = [
  [
    ProcessRole.WORKER,
    'no worker runs: incidents are kept, but nothing is decided or signed until one is started',
  ],
  [
    ProcessRole.SCHEDULER,
    'no scheduler runs: what waits for its time, or got lost on the way to a worker, is not found until one is started',
  ],
];

/** Each process, and what is missing; empty while the store cannot tell. */
function processLines({ heartbeats, store, now }: Status): string {
  const lines = heartbeats.map((beat) => {
    const role = (ProcessRole[beat.role] ?? '').toLowerCase();
    const leads = beat.details?.leader === true ? ', the leader' : '';
    const state = beat.running ? `running${leads}` : `NOT RUNNING${silence(beat, now)}`;
    return `${role} ${state} (${beat.host} pid ${beat.pid}, last sign ${when(beat.lastAt)})${clockText(beat)}`;
  });
  const runs = (role: ProcessRole) => heartbeats.some((beat) => beat.role === role && beat.running);
  const missing = store?.available ? NEEDED.filter(([role]) => !runs(role)).map(([, text]) => text) : [];
  return [...lines, ...missing].join('\n');
}

/** `, silent for 45 s`; empty when a wrong clock has left a sign of a time to come. */
function silence({ lastAt }: Heartbeat, now: Status['now']): string {
  const seconds = Number((now?.seconds ?? 0n) - (lastAt?.seconds ?? 0n));
  return seconds > 0 ? `, silent for ${seconds} s` : '';
}

function alertLine({ since, eventId, text }: Alert): string {
  return `${when(since)}  ${eventId === '' ? '' : `${eventId}: `}${text}`;
}

/** How a witness stands, for people: what works in a line each, what needs a person at the end. */
export function statusText(status: Status): string {
  const { counts, broadcasting, store, queue } = status;
  const backend = (of: typeof store) =>
    `${of?.kind ?? ''}${of?.available ? '' : `, not available: ${of?.problem ?? ''}`}`;
  return fields([
    ['version', versionText(status)],
    ['started', when(status.startedAt)],
    ['chain', chainLines(status)],
    ['sports data', sportsLine(status)],
    ['accounts', accountLines(status)],
    ['witness-account', amountText(status.witnessAccountBalance)],
    ['signing', broadcasting?.active ? 'on' : `off: ${broadcasting?.reason ?? ''}`],
    ['store', backend(store)],
    ['queue', backend(queue) + (status.queuePaused ? PAUSED : '')],
    ['processes', processLines(status)],
    [
      'counts',
      counts === undefined
        ? ''
        : `${counted(counts.incidents, 'incident')}, ${counted(counts.events, 'event')}, ${counts.dueCalls} due, ${counts.openDecisions} open, ${counts.failedCalls} failed, ${counted(counts.openProposals, 'open proposal')}, ${counted(counts.unknownNames, 'unknown name')}`,
    ],
    ['spooled', status.spooledIncidents === 0 ? '' : counted(status.spooledIncidents, 'incident')],
    [
      'refused addresses',
      status.refusedAddresses.map((refused) => `${refused.address} (${refused.count} times)`).join('\n'),
    ],
    [
      'probably one match',
      status.nearMisses.map((pair) => `${pair.eventId}\n  ${pair.otherEventId}`).join('\n'),
    ],
    ['alerts', status.alerts.map(alertLine).join('\n')],
  ]);
}
