import { type Devnet, type DevnetOptions, startDevnet } from '../../../devnet/devnet.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { TestClient } from './client.ts';

/** A devnet that makes blocks on demand, with a client of it. */
export interface Setting extends AsyncDisposable {
  readonly devnet: Devnet;
  readonly client: TestClient;
  readonly clock: ManualClock;
}

export async function setting(options: DevnetOptions = {}): Promise<Setting> {
  const clock = manualClock();
  const devnet = await startDevnet({ port: 0, blockIntervalMs: 'manual', clock, ...options });
  const client = await TestClient.connect(devnet.url);
  return {
    devnet,
    client,
    clock,
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await devnet[Symbol.asyncDispose]();
    },
  };
}
