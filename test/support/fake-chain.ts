import type { Broadcaster, Chain, Submission, SubmitResult } from '../../core/chain/chain.ts';
import type { AccountRef, ChainView, ObjectId, ViewChange } from '../../core/chain/types.ts';

/** An otherwise empty view; `extras` replaces any part of it. One block each second from `2026-01-15T12:00:00Z`. */
export function bareView(number: number, extras: Partial<ChainView> = {}): ChainView {
  return {
    chainId: 'f'.repeat(64),
    head: {
      number,
      id: number.toString(16).padStart(8, '0').padEnd(40, 'a'),
      time: new Date(Date.parse('2026-01-15T12:00:00Z') + number * 1000),
    },
    irreversible: Math.max(0, number - 5),
    sports: () => [],
    eventGroups: () => [],
    events: () => [],
    rules: () => [],
    marketGroups: () => [],
    markets: () => [],
    proposals: () => [],
    proposal: () => undefined,
    closedProposals: () => [],
    seenSince: () => undefined,
    authority: { threshold: 2, weights: new Map([['1.2.18', 1]]) },
    assetId: () => undefined,
    assetSymbol: () => undefined,
    bookieFee: () => 0,
    ...extras,
  };
}

/** A chain whose view the test sets. */
export interface FakeChain extends Chain {
  /** Replaces the view and tells the listeners. */
  set(view: ChainView, kind?: ViewChange['kind'], touched?: Iterable<ObjectId>): void;
  /** The next block of the present view, with what it touched. */
  block(touched?: Iterable<ObjectId>): void;
  /** Cuts or restores the connection; restoring it resyncs the present view. */
  connect(on: boolean): void;
}

/** Makes one that knows `accounts`; without a view it is not connected. */
export function makeFakeChain(
  options: { readonly view?: ChainView; readonly accounts?: readonly AccountRef[] } = {},
): FakeChain {
  let view = options.view;
  let connected = view !== undefined;
  const listeners = new Set<(change: ViewChange) => void>();
  const accounts = options.accounts ?? [{ name: 'witness1', id: '1.2.18' }];

  const set: FakeChain['set'] = (next, kind = 'resync', touched = []) => {
    view = next;
    connected = true;
    for (const listener of listeners) listener({ view: next, kind, touched: new Set(touched) });
  };

  return {
    set,
    block(touched = []) {
      if (!view) throw new Error('expected a view before a block');
      const { head, irreversible } = view;
      const next = bareView(head.number + 1);
      set({ ...view, head: next.head, irreversible: irreversible + 1 }, 'block', touched);
    },
    connect(on) {
      connected = on;
      if (on && view) set({ ...view });
    },
    start: () => {},
    state: () => ({
      connected,
      synced: connected && view !== undefined,
      url: 'ws://fake',
      ...(connected ? {} : { problem: 'connection refused' }),
      since: new Date(0),
    }),
    view: () => view,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    waitFor: (test, signal) =>
      new Promise((resolve, reject) => {
        if (view && test(view)) return resolve(view);
        const stop = (): void => {
          listeners.delete(listener);
          signal.removeEventListener('abort', onAbort);
        };
        const onAbort = (): void => {
          stop();
          reject(signal.reason);
        };
        const listener = (change: ViewChange): void => {
          if (!test(change.view)) return;
          stop();
          resolve(change.view);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        listeners.add(listener);
      }),
    account: async (nameOrId) => accounts.find(({ name, id }) => name === nameOrId || id === nameOrId),
    accountNames: async (ids) =>
      new Map(accounts.filter(({ id }) => ids.includes(id)).map(({ id, name }) => [id, name])),
    pastEvent: async () => undefined,
    coreBalance: async () => 0n,
    roundTrips: () => new Map(),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** A broadcaster that writes down what it is given and answers as the test says. */
export interface FakeBroadcaster extends Broadcaster {
  readonly submissions: Submission[];
  /** Replaced by tests; `sent` with a running number unless replaced. */
  answer(submission: Submission): SubmitResult | Promise<SubmitResult>;
}

/** Makes one that can sign for `accounts`. */
export function makeFakeBroadcaster(accounts: readonly string[] = ['witness1']): FakeBroadcaster {
  const submissions: Submission[] = [];
  return {
    accounts,
    submissions,
    answer: () => ({ outcome: 'sent', n: submissions.length, transactionId: `tx${submissions.length}` }),
    async submit(submission) {
      submissions.push(submission);
      return this.answer(submission);
    },
  };
}
