import { silentLog } from '../../../core/log.ts';
import { makeMemoryQueue } from '../../../core/queue/memory.ts';
import { queueConformance } from '../../conformance/queue.ts';

queueConformance('memory', async () => makeMemoryQueue({ log: silentLog }));
