import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './redis-server.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** An nginx in front of a witness. */
export interface Nginx extends AsyncDisposable {
  readonly port: number;
  /** Certificate to trust, PEM. */
  readonly ca: string;
}

/**
 * Why nginx cannot be started on this machine, to be given as the reason of a skipped test; undefined when it can. In
 * CI (`CI=true`) it throws instead.
 */
export async function missingNginx(): Promise<string | undefined> {
  for (const [program, args] of [
    ['nginx', ['-v']],
    ['openssl', ['version']],
  ] as const) {
    try {
      await run(program, [...args]);
    } catch (error) {
      const reason = `expected ${program} on the PATH: run script/test-servers, or install it`;
      if (process.env.CI === 'true') throw new Error(reason, { cause: error });
      return reason;
    }
  }
  return undefined;
}

/**
 * Starts nginx with our example, but for its ports, its certificate and the address of the witness.
 * @param example text of docs/operate/nginx/bos.conf
 */
export async function startNginx(example: string, witnessPort: number): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-nginx-'));
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-keyout', key, '-out', certificate, ...subject],
  ]);
  const [port, plainPort] = [await freePort(), await freePort()];
  const adapted = example
    .replaceAll('server 127.0.0.1:8010', `server 127.0.0.1:${witnessPort}`)
    .replace('listen 443 ', `listen 127.0.0.1:${port} `)
    .replace('listen 80;', `listen 127.0.0.1:${plainPort};`)
    .replaceAll(/^ *listen \[::\].*\n/gm, '')
    .replace(/ssl_certificate +\S+;/, `ssl_certificate ${certificate};`)
    .replace(/ssl_certificate_key +\S+;/, `ssl_certificate_key ${key};`);
  await mkdir(join(folder, 'tmp'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/tmp/${name};`,
  );
  await writeFile(
    join(folder, 'nginx.conf'),
    [
      'daemon off; master_process off;',
      `pid ${folder}/nginx.pid; error_log ${folder}/error.log;`,
      'events {}',
      `http { access_log off; ${temporary.join(' ')}\n${adapted}\n}`,
    ].join('\n'),
  );
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const dispose = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('nginx to listen', async () => {
      if (child.exitCode !== null) throw new Error(await readFile(join(folder, 'error.log'), 'utf8'));
      return listens(port);
    });
    return { port, ca: await readFile(certificate, 'utf8'), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
