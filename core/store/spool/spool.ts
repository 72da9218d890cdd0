import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BosError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { makeBatcher, type Pending } from '../batch.ts';
import { lockFolder } from '../folder-lock.ts';
import { type FileKind, fileName, linesIn, numberOf, takeFolder } from './folders.ts';
import { Held } from './held.ts';
import { isIncident, type Report } from './record.ts';
import { createSegment, readSegment, type Segment, type SegmentContent } from './segment.ts';

/*
 * Where reports are kept while the store is away: incidents, and bodies that were refused for their names.
 *
 * `<data_dir>/spool/<n>/` belongs to the process that has it locked; several servers on one data folder have one each,
 * and take over what those that died have left. In it are files of lines, numbered; the last one is open and written
 * to, all others are sealed. A file is removed when all of it is in the store. A crash in between brings a part of one
 * file to the store a second time, where it is a repeated report.
 */

/** One report in the spool. */
export interface Spooled {
  /** Whether an incident of the same unique_string and provider was in the spool already. */
  readonly isRepeat: boolean;
  /** Marks it as stored after all, so that draining leaves it out. */
  forget(): void;
}

/** Keeps reports on the local disk until the store takes them. */
export interface Spool extends AsyncDisposable {
  /** Incidents in it that the store does not have yet. */
  readonly count: number;
  /** Whether there is something to drain. */
  readonly isEmpty: boolean;
  /**
   * Resolves when the report would survive a power cut.
   * @throws BosError `unavailable` when the disk does not take it; then it is not in the spool
   */
  append(report: Report): Promise<Spooled>;
  /** Takes over what servers on the same data folder left that do not run any more. */
  adopt(): Promise<void>;
  /** Resolves when a report would be taken now, see `append`. */
  check(): Promise<void>;
  /**
   * Hands everything to `store`, oldest first, and removes it. What `store` refuses by any other error than
   * `unavailable` is kept aside in a file that ends in `.refused`, and logged. One drain at a time.
   * @throws the `unavailable` of `store`; what it had not taken stays
   */
  drain(store: (report: Report) => Promise<unknown>): Promise<void>;
}

/** Reports that one write and one flush take at most, and that are handed to the store at the same time. */
const BATCH = 200;
/** A file that holds more is sealed, so that a crash while draining repeats little. */
const SEGMENT_REPORTS = 1000;

/**
 * Opens a spool for this process.
 * @param folder `<data_dir>/spool`; made if missing
 * @throws BosError `configuration` when the folder cannot be made or written
 */
export async function openSpool({ folder, log }: { folder: string; log: Log }): Promise<Spool> {
  const { path, lock } = await takeFolder(folder);
  const names = await readdir(path);
  const last = Math.max(0, ...names.map(numberOf));
  const spool = new FolderSpool({ path, lock, log, last });
  await spool.take(linesIn(path, names));
  await spool.adopt();
  if (!spool.isEmpty) log.warn({ folder: path, incidents: spool.count }, 'the spool holds incidents');
  return spool;
}

/** A file that is not written to any more. */
interface SealedSegment {
  readonly path: string;
  /** Indexes of reports that the store has. */
  readonly forgotten: Set<number>;
}

class FolderSpool implements Spool {
  readonly #path: string;
  readonly #sealed: SealedSegment[] = [];
  readonly #log: Log;
  readonly #lock: AsyncDisposable;
  #open: { readonly segment: Segment; readonly forgotten: Set<number> } | undefined;
  #lastNumber: number;
  readonly #append: (report: Report) => Promise<Spooled>;
  readonly #held = new Held();
  /** Ends with the last write or sealing that was begun; these must not mix. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: { path: string; lock: AsyncDisposable; log: Log; last: number }) {
    this.#path = options.path;
    this.#lock = options.lock;
    this.#log = options.log;
    this.#lastNumber = options.last;
    this.#append = makeBatcher(BATCH, (batch) => this.#exclusively(() => this.#write(batch)));
  }

  get count(): number {
    return this.#held.count;
  }

  get isEmpty(): boolean {
    return this.#sealed.length === 0 && (this.#open?.segment.count ?? 0) === 0;
  }

  async append(report: Report): Promise<Spooled> {
    try {
      return await this.#append(report);
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  /** Puts files of lines behind the others. */
  async take(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const { reports } = await readSegment(path);
      for (const report of reports) this.#held.add(report);
      this.#sealed.push({ path, forgotten: new Set() });
    }
  }

  async adopt(): Promise<void> {
    const folder = dirname(this.#path);
    for (const name of (await readdir(folder)).filter((each) => /^\d+$/.test(each)).sort()) {
      const path = join(folder, name);
      if (path === this.#path || linesIn(path, await readdir(path)).length === 0) continue;
      try {
        await using _lock = await lockFolder(path);
        for (const file of linesIn(path, await readdir(path))) {
          const moved = join(this.#path, this.#nextName('lines'));
          await rename(file, moved);
          await this.take([moved]);
        }
        this.#log.warn({ folder: path }, 'took over the spool of a server that does not run any more');
      } catch (error) {
        // It runs.
        if (!(error instanceof BosError && error.kind === 'conflict')) throw error;
      }
    }
  }

  async check(): Promise<void> {
    try {
      await this.#exclusively(async () => {
        const { segment } = await this.#openSegment();
        await segment.probe();
      });
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  async drain(store: (report: Report) => Promise<unknown>): Promise<void> {
    for (;;) {
      if (this.#sealed.length === 0) await this.#exclusively(() => this.#seal());
      const [oldest] = this.#sealed;
      if (!oldest) return;
      const { damaged } = await this.#drainSegment(oldest, store);
      if (damaged === 0) await rm(oldest.path);
      else await this.#keepDamaged(oldest.path, damaged);
      this.#sealed.shift();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    const isUnused = this.isEmpty && this.#open;
    await this.#open?.segment.close();
    if (isUnused) await rm(isUnused.segment.path, { force: true });
    await this.#lock[Symbol.asyncDispose]();
  }

  async #drainSegment(
    { path, forgotten }: SealedSegment,
    store: (report: Report) => Promise<unknown>,
  ): Promise<SegmentContent> {
    const content = await readSegment(path);
    const left = content.reports.map((report, index) => ({ report, index }));
    // The first goes alone: while the store is away, one call finds out.
    for (let size = 1; left.length > 0; size = BATCH) {
      const some = left.splice(0, size).filter(({ index }) => !forgotten.has(index));
      const results = await Promise.allSettled(some.map(({ report }) => store(report)));
      let away: BosError | undefined;
      for (const [i, result] of results.entries()) {
        const { report, index } = some[i] ?? {};
        if (report === undefined || index === undefined) continue;
        if (result.status === 'rejected') {
          const { reason } = result;
          if (reason instanceof BosError && reason.kind === 'unavailable') {
            away = reason;
            continue;
          }
          await this.#keepAside(report, reason);
        }
        this.#drop(forgotten, index, report);
      }
      if (away) throw away;
    }
    return content;
  }

  async #keepDamaged(path: string, damaged: number): Promise<void> {
    const file = join(this.#path, this.#nextName('damaged'));
    await rename(path, file);
    this.#log.error(
      { file, damaged },
      'lines of the spool are damaged; the others are stored, the file is kept',
    );
  }

  async #keepAside(report: Report, error: unknown): Promise<void> {
    const segment = await createSegment(this.#path, this.#nextName('refused'));
    try {
      await segment.append([report]);
    } finally {
      await segment.close();
    }
    const { provider } = report;
    const uniqueString = isIncident(report) ? report.uniqueString : undefined;
    this.#log.error(
      { file: segment.path, uniqueString, provider, err: error },
      'the store refuses a report of the spool; it is kept aside: rename the file to .lines to have it tried again',
    );
  }

  async #write(batch: readonly Pending<Report, Spooled>[]): Promise<void> {
    const { segment, forgotten } = await this.#openSegment();
    const first = segment.count;
    await segment.append(batch.map(({ input }) => input));
    for (const [i, call] of batch.entries()) {
      const forget = () => this.#drop(forgotten, first + i, call.input);
      call.resolve({ isRepeat: this.#held.add(call.input), forget });
    }
  }

  /** Has the report left out of what is drained. */
  #drop(forgotten: Set<number>, index: number, report: Report): void {
    if (forgotten.has(index)) return;
    forgotten.add(index);
    this.#held.remove(report);
  }

  async #openSegment() {
    if (this.#open && (this.#open.segment.isBroken || this.#open.segment.count >= SEGMENT_REPORTS)) {
      await this.#seal();
    }
    if (!this.#open) {
      const segment = await createSegment(this.#path, this.#nextName('lines'));
      this.#open = { segment, forgotten: new Set() };
    }
    return this.#open;
  }

  /** Writes no more to the open file, which goes behind the others; one without a line is removed. */
  async #seal(): Promise<void> {
    if (!this.#open) return;
    const { segment, forgotten } = this.#open;
    this.#open = undefined;
    if (segment.count > 0) this.#sealed.push({ path: segment.path, forgotten });
    else await rm(segment.path, { force: true });
    await segment.close();
  }

  #nextName(kind: FileKind): string {
    this.#lastNumber += 1;
    return fileName(this.#lastNumber, kind);
  }

  #exclusively<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(body);
    this.#writing = result.catch(() => {});
    return result;
  }

  #unavailable(error: unknown): BosError {
    return new BosError(
      'unavailable',
      `expected to write to the spool in ${this.#path}, got "${error}"; make room or correct the rights there`,
      { path: this.#path },
      { cause: error },
    );
  }
}
