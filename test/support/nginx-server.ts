import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { accepts, freePort } from './ports.ts';
import { until } from './until.ts';

const EXAMPLE = new URL('../../docs/operate/nginx.conf', import.meta.url);

/** A reverse proxy of a test's own. */
export interface TestNginx extends AsyncDisposable {
  /** `https://localhost:PORT` */
  readonly url: string;
  readonly port: number;
  /** The certificate to trust, PEM; it is valid for `localhost`. */
  readonly ca: string;
}

/**
 * Why there is no nginx on this machine, to be given as the reason of a skipped test; undefined when there is one. In CI
 * (`CI=true`) it throws instead.
 */
export async function missingNginx(): Promise<string | undefined> {
  if (await findNginx()) return undefined;
  const reason = 'no nginx to test with: run script/test-servers as root, or install nginx';
  if (process.env.CI === 'true') throw new Error(reason);
  return reason;
}

/**
 * Starts nginx on a free port as docs/operate/nginx.conf has it, with a self-signed certificate, in front of a server.
 * @param upstream `HOST:PORT` of the server
 */
export async function startNginx(upstream: string): Promise<TestNginx> {
  const program = await findNginx();
  if (program === undefined) throw new Error('expected nginx: ask missingNginx first');
  const folder = await mkdtemp(join(tmpdir(), 'bos-nginx-'));
  const port = await freePort();
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  const log = join(folder, 'error.log');
  let child: ChildProcess | undefined;
  const endWithUs = () => child?.kill('SIGKILL');
  process.once('exit', endWithUs);
  const dispose = async (): Promise<void> => {
    process.removeListener('exit', endWithUs);
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await makeCertificate(certificate, key);
    const servers = replaced(await readFile(EXAMPLE, 'utf8'), {
      'server 127.0.0.1:8010;': `server ${upstream};`,
      'listen 443 ssl http2;': `listen 127.0.0.1:${port} ssl http2;`,
      'listen [::]:443 ssl http2;': '',
      'server_name oracle.example;': 'server_name localhost;',
      '/etc/letsencrypt/live/oracle.example/fullchain.pem': certificate,
      '/etc/letsencrypt/live/oracle.example/privkey.pem': key,
    });
    await writeFile(join(folder, 'nginx.conf'), mainConfig(folder, servers));
    child = spawn(program, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', log], { stdio: 'ignore' });
    await once(child, 'spawn');
    await until('nginx to listen', async () => {
      if (child?.exitCode !== null) throw new Error(`nginx has ended:\n${await readFile(log, 'utf8')}`);
      return accepts(port);
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url: `https://localhost:${port}`,
    port,
    ca: await readFile(certificate, 'utf8'),
    [Symbol.asyncDispose]: dispose,
  };
}

/** What a distribution has around it, with everything in a folder of its own and one process to end. */
function mainConfig(folder: string, servers: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return [
    `daemon off; master_process off; pid ${folder}/nginx.pid;`,
    'events {}',
    `http { access_log off; ${temporary.join(' ')}`,
    servers,
    '}',
  ].join('\n');
}

/** The text with every placeholder replaced; each of them has to be there. */
function replaced(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((before, [placeholder, value]) => {
    if (!before.includes(placeholder))
      throw new Error(`expected "${placeholder}" in docs/operate/nginx.conf`);
    return before.replaceAll(placeholder, value);
  }, text);
}

async function makeCertificate(certificate: string, key: string): Promise<void> {
  const args =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  await promisify(execFile)('openssl', [
    ...args.split(' '),
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-out', certificate, '-keyout', key],
  ]);
}

/** Debian has it where not everybody's PATH leads. */
async function findNginx(): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const path of folders.filter((folder) => folder !== '').map((folder) => join(folder, 'nginx'))) {
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
