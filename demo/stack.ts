import { missingMongo, startMongo } from '../test/support/mongo-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import type { WitnessBackends } from './witness.ts';

/** The servers of the demo, with a database in each for every witness. */
export interface Stack extends AsyncDisposable {
  /** In words, for who watches. */
  readonly description: string;
  /** @param index of the witness, from 0 */
  backends(index: number): WitnessBackends;
}

/** Starts a MongoDB (or what speaks its protocol) and a Redis, the same ones as for tests, on free ports. */
export async function startStack(): Promise<Stack> {
  const missing = await missingMongo();
  if (missing !== undefined) throw new Error(missing);
  await using owned = new AsyncDisposableStack();
  const mongo = owned.use(await startMongo());
  const redis = owned.use(await startRedis());
  const databases = new Map<number, string>();
  const kept = owned.move();
  return {
    description: `${mongo.url} and ${redis.url.replace(/\/0$/, '/')}`,
    backends(index) {
      const database = databases.get(index) ?? mongo.freshDatabase();
      databases.set(index, database);
      const store = new URL(mongo.url);
      store.pathname = `/${database}`;
      return { store: store.href, queue: redis.url.replace(/\/0$/, `/${index}`) };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
