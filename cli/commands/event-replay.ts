import EventsReplay from './events/replay.ts';

/** The spelling of the Python suite. */
export default class EventReplay extends EventsReplay {}
