import EventsShow from './events/show.ts';

/** The spelling of the Python suite. */
export default class EventShow extends EventsShow {}
