import { systemClock } from '../../../core/clock.ts';
import { silentLog } from '../../../core/log.ts';
import { makeMemoryQueue } from '../../../core/queue/memory.ts';
import { queueConformance } from '../../conformance/queue.ts';

queueConformance('memory', async () => makeMemoryQueue({ clock: systemClock, log: silentLog }));
