import { homedir } from 'node:os';
import { join } from 'node:path';

/** Runs a command line on the Node that is needed; says which where it is another. */
export async function start(bin) {
  if (Number(process.versions.node.split('.')[0]) < 24) {
    process.stderr.write(
      `error: expected Node 24 or newer, got ${process.version}: install it, or use script/bos in a checkout, which brings its own\n`,
    );
    process.exitCode = 1;
    return;
  }
  const { enableCompileCache } = await import('node:module');
  // Not in the common folder for temporary files, where others could write.
  enableCompileCache(join(homedir(), '.cache', 'bookie-oracle-suite'));
  const { main } = await import('../main.ts');
  await main(bin, process.argv.slice(2));
}
