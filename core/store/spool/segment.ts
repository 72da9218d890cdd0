import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { fromLine, type Report, toLine } from './record.ts';

/** About what a few reports need. */
const PROBE_BYTES = 4096;

/** A file of the spool that is written to. */
export interface Segment {
  readonly path: string;
  /** Lines that are on the disk. */
  readonly count: number;
  /**
   * Adds the reports in one write and one flush; resolves when they would survive a power cut. When it fails, none of
   * them is in the file, and the file takes no more if that could not be made sure.
   */
  append(reports: readonly Report[]): Promise<void>;
  /** Resolves when something would be taken now; finds out by writing and taking it off again. */
  probe(): Promise<void>;
  /** Whether it failed so badly that the next append needs another file. */
  readonly isBroken: boolean;
  close(): Promise<void>;
}

/** Makes a file of the spool that must not exist yet, and its entry in the folder durable. */
export async function createSegment(folder: string, name: string): Promise<Segment> {
  const path = `${folder}/${name}`;
  const file = await open(path, 'ax', 0o600);
  try {
    await syncFolder(folder);
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  let size = 0;
  let count = 0;
  let isBroken = false;
  const write = async (bytes: Buffer): Promise<void> => {
    try {
      await file.appendFile(bytes);
      await file.datasync();
    } catch (error) {
      isBroken = !(await cutBack(file, size));
      throw error;
    }
  };
  return {
    path,
    get count() {
      return count;
    },
    get isBroken() {
      return isBroken;
    },
    async append(reports) {
      const bytes = Buffer.from(reports.map(toLine).join(''));
      await write(bytes);
      size += bytes.length;
      count += reports.length;
    },
    async probe() {
      // Empty lines mean nothing, should they stay.
      await write(Buffer.alloc(PROBE_BYTES, '\n'));
      isBroken = !(await cutBack(file, size));
    },
    close: () => file.close(),
  };
}

/** Takes what a failed write left behind off the end; false when that fails too. */
async function cutBack(file: FileHandle, size: number): Promise<boolean> {
  try {
    await file.truncate(size);
    await file.datasync();
    return true;
  } catch {
    return false;
  }
}

/** What a file of the spool holds. */
export interface SegmentContent {
  /** In the order in which they came. */
  readonly reports: readonly Report[];
  /** Lines that are not whole, beside a last one that was never finished and so never acknowledged. */
  readonly damaged: number;
}

/** Reads a file of the spool. */
export async function readSegment(path: string): Promise<SegmentContent> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const unfinished = lines.pop() ?? '';
  const written = lines.filter((line) => line !== '');
  const reports = [...written, unfinished].flatMap((line) => fromLine(line) ?? []);
  const whole = reports.length - (fromLine(unfinished) ? 1 : 0);
  return { reports, damaged: written.length - whole };
}

/** Makes what was made or removed in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
