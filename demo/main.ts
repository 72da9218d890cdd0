import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Chain } from '../core/chain/chain.ts';
import { connectChain } from '../core/chain/connect.ts';
import { DEVNET_CHAIN_ID } from '../core/chain/devnet-chain.ts';
import { NodeClient } from '../core/chain/rpc.ts';
import type { ChainView } from '../core/chain/types.ts';
import { systemClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { announcements } from './match.ts';
import { type Running, start } from './processes.ts';
import { census, type Say, tellProposals, tree } from './show.ts';
import { type Stack, startStack } from './stack.ts';
import { startWitness, type Witness } from './witness.ts';

/*
 * The demo: a simulated chain with five witnesses, three complete witnesses of ours on it, and one match from its
 * announcement by two providers to its markets on chain. Each step says what it waits for; the first that does not
 * come true names itself in the last line. With --stack each witness is four processes on MongoDB and Redis.
 */

const WITNESSES = ['witness1', 'witness2', 'witness3'] as const;
const PORTS = { chain: 8090, apis: [8010, 8020, 8030] } as const;

const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    'free-ports': { type: 'boolean', default: false },
    stack: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Longest wait for what has to happen on chain; a dozen processes share the machine with --stack. */
const SECONDS = options.stack ? 120 : 30;

const say: Say = (line) => void process.stdout.write(`${line}\n`);

if (options.help) {
  say('script/demo [--stack] [--once] [--free-ports]');
  say('  --stack       on MongoDB and Redis: API, two workers and a scheduler per witness');
  say('  --once        end after the match is on chain; exit code 0 when all of it came true');
  say('  --free-ports  take any free ports instead of 8090 (chain) and 8010, 8020, 8030 (witnesses)');
} else {
  process.exitCode = await demo();
}

async function demo(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const folder = await mkdtemp(join(tmpdir(), 'bos-demo-'));
  const running: Running[] = [];
  let chain: Chain | undefined;
  let stack: Stack | undefined;
  let step = 'start';
  const begin = (name: string, text: string) => {
    step = name;
    say(`\n== ${text}`);
  };
  try {
    begin('devnet', 'a simulated chain with 5 witnesses');
    const keyFile = join(folder, 'keys.json');
    const port = (wanted: number) => String(options['free-ports'] ? 0 : wanted);
    const devnet = await start(
      'devnet',
      ['devnet', '--port', port(PORTS.chain), '--witnesses', '5', '--keys', keyFile],
      folder,
    );
    running.push(devnet);
    say(`  ${devnet.url}`);

    if (options.stack) {
      begin('servers', 'a MongoDB and a Redis, with a database in each for every witness');
      stack = await startStack();
      say(`  ${stack.description}`);
    }

    begin(
      'witnesses',
      `three witnesses of ours, each with its own store, queue and account${options.stack ? '; API, two workers and a scheduler each' : ''}`,
    );
    const keys: unknown = JSON.parse(await readFile(keyFile, 'utf8'));
    const witnesses: Witness[] = [];
    for (const [i, name] of WITNESSES.entries()) {
      const backends = stack?.backends(i);
      const witness = await startWitness(
        {
          ...{ name, port: port(PORTS.apis[i] ?? 0), node: devnet.url, folder, keys },
          ...(backends && { backends }),
        },
        (process) => running.push(process),
      );
      witnesses.push(witness);
      say(`  ${name} ${witness.url}`);
    }

    const watched = connectChain({
      nodes: [devnet.url],
      expectedChainId: DEVNET_CHAIN_ID,
      clock: systemClock,
      log: silentLog,
      signal: stop.signal,
    });
    chain = watched;
    await using blocks = await NodeClient.connect(devnet.url, { clock: systemClock, signal: stop.signal });
    const telling = tellProposals(watched, blocks, say);
    watched.start();
    const reach = async (what: string, test: (view: ChainView) => boolean, seconds: number) => {
      const view = await reached(watched, what, test, seconds, stop.signal);
      await telling.caughtUp();
      return view;
    };

    begin('sports', 'sports, leagues and rules go on chain, agreed by the three');
    for (const witness of witnesses) await witness.client.sports.syncSports({});
    await reach(
      'sports, leagues and rules in sync',
      (view) => view.sports().length >= 2 && view.rules().length >= 6 && view.proposals().length === 0,
      SECONDS,
    );

    begin('incidents', 'two providers announce one match to all three, as data proxies do (POST /trigger)');
    for (const incident of announcements(new Date())) {
      for (const witness of witnesses) await push(witness.url, incident);
      say(
        `  ${incident.provider_info.name}: ${incident.id.home} - ${incident.id.away}, ${incident.id.start_time}`,
      );
    }

    begin('stored', 'each witness has stored both');
    for (const { name, client } of witnesses) {
      const { incidents } = await client.incidents.listIncidents({});
      if (incidents.length !== 2) throw new Error(`expected 2 incidents at ${name}, got ${incidents.length}`);
      say(`  ${name}: ${incidents.map((stored) => stored.uniqueString).join('\n            ')}`);
    }

    begin('executed', 'the witnesses propose, approve, and the chain executes');
    const view = await reach(
      'the match and its markets',
      (v) => census(v).markets >= 2 && v.proposals().length === 0,
      SECONDS,
    );

    begin('done', 'each witness says that the call is done');
    for (const witness of witnesses) await done(witness, stop.signal);

    begin('tree', 'what is on chain now');
    for (const line of tree(view)) say(`  ${line}`);
    const count = census(view);
    say(`  ${count.events} event, ${count.groups} market groups, ${count.markets} markets, each once`);
    if (count.events !== 1) throw new Error(`expected 1 event, got ${count.events}`);
    if (count.doubled.length > 0)
      throw new Error(`expected everything once, got twice: ${count.doubled.join('; ')}`);

    if (!options.once) {
      hints(witnesses);
      await new Promise<void>((resolve) =>
        stop.signal.addEventListener('abort', () => resolve(), { once: true }),
      );
    }
    await tidy();
    say(options.once ? '\ndemo: ok' : '\nstopped\ndemo: ok');
    return 0;
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : String(error)}`);
    for (const process of running) say(`log of ${process.name}: ${process.logFile}`);
    await tidy({ keepLogs: true });
    say(`demo: FAILED ${step}`);
    return 1;
  }

  async function tidy({ keepLogs = false } = {}): Promise<void> {
    stop.abort();
    await chain?.[Symbol.asyncDispose]();
    await Promise.all(running.reverse().map((process) => process.stop()));
    await stack?.[Symbol.asyncDispose]();
    if (!keepLogs) await rm(folder, { recursive: true, force: true });
  }
}

async function push(url: string, incident: object): Promise<void> {
  const answer = await fetch(`${url}/trigger`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(incident),
  });
  if (answer.status !== 200) {
    throw new Error(`expected 200 from ${url}/trigger, got ${answer.status} ${await answer.text()}`);
  }
}

async function reached(
  chain: Chain,
  what: string,
  test: (view: ChainView) => boolean,
  seconds: number,
  signal: AbortSignal,
): Promise<ChainView> {
  const timeout = AbortSignal.timeout(seconds * 1000);
  try {
    return await chain.waitFor(test, AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (!timeout.aborted) throw error;
    throw new Error(`expected on chain within ${seconds} s: ${what}; it did not come`);
  }
}

/** Waits until the witness's own list says `done` for the call. */
async function done({ name, client }: Witness, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 100 && !signal.aborted; tries += 1) {
    const { events } = await client.events.listEvents({});
    const call = events[0]?.calls[0];
    if (call?.statusText === 'done') {
      say(`  ${name}: ${events[0]?.id} create ${call.statusText} (${call.proposalIds.join(', ')})`);
      return;
    }
    await systemClock.sleep(200, signal);
  }
  throw new Error(`expected status done at ${name} within 20 s`);
}

function hints(witnesses: readonly Witness[]): void {
  const [first] = witnesses;
  if (!first) return;
  const at = `--server ${first.url} --token-file ${join(first.folder, 'admin-token')}`;
  say('\n== it stays up; try');
  say(`  script/bos incidents list ${at}`);
  say(`  script/bos events list ${at}`);
  say(`  script/bos proposals list ${at}`);
  say(`  script/bos status ${at}`);
  say(`  curl -s ${first.url}/isalive`);
  say('  Ctrl-C ends it');
}
