import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { BosError } from '../../core/errors.ts';
import type { Request } from './answer.ts';

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: async (bytes: Buffer, options: { maxOutputLength: number }) =>
    // Some senders mean the bare stream: the low half of a zlib header's first byte is always 8.
    ((bytes[0] ?? 0) & 0x0f) === 8
      ? promisify(inflate)(bytes, options)
      : promisify(inflateRaw)(bytes, options),
} as const;

/**
 * Reads the body of a request as JSON, whatever its content type says.
 * @param limit bytes, before and after decompression
 * @throws BosError too_large, or invalid for an empty body, what is no JSON, and unknown encodings
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const encoding = request.headers['content-encoding'];
  let bytes = await readBytes(request, limit);
  if (encoding !== undefined && encoding !== 'identity') bytes = await decompress(bytes, encoding, limit);
  return parseJson(bytes);
}

function readBytes(request: Request, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = () => {
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limit) return;
      stop();
      reject(tooLarge(limit));
    };
    const onEnd = () => {
      stop();
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    };
    const onCut = () => {
      stop();
      reject(new BosError('invalid', 'expected a whole body, the connection ended before it did'));
    };
    request.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut);
  });
}

async function decompress(bytes: Buffer, encoding: string, limit: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (!Object.hasOwn(decoders, name)) {
    const known = Object.keys(decoders).join(', ');
    throw new BosError('invalid', `expected content-encoding ${known} or none, got "${encoding}"`);
  }
  try {
    // The check above makes it one of the keys.
    return await decoders[name as keyof typeof decoders](bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new BosError(
      'invalid',
      `expected a body compressed with ${name}, it cannot be decompressed`,
      {},
      { cause: error },
    );
  }
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new BosError('invalid', 'expected an incident as JSON, got an empty body');
  if (!isUtf8(bytes)) throw new BosError('invalid', 'expected JSON in UTF-8, got other bytes');
  try {
    const text = bytes.toString('utf8');
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    throw new BosError('invalid', `expected JSON: ${(error as SyntaxError).message}`, {}, { cause: error });
  }
}

function tooLarge(limit: number): BosError {
  return new BosError('too_large', `expected at most ${limit} bytes, also after decompression, got more`, {
    limit,
  });
}
