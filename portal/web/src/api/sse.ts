/** One server-sent event. */
export interface ServerEvent {
  event: string;
  data: string;
  id: string | null;
}

const LONGEST_EVENT = 1_000_000;

/**
 * Cuts a stream of text into server-sent events (WHATWG HTML, section 9.2). Text may arrive in any pieces.
 * An event of more than a million characters is refused, so that a broken peer cannot fill the memory.
 */
export class EventParser {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private size = 0;
  private id: string | null = null;

  push(chunk: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length > LONGEST_EVENT) throw new Error('A server-sent event is longer than 1,000,000 characters');
    for (const line of lines) {
      const done = this.line(line);
      if (done) events.push(done);
    }
    return events;
  }

  private line(line: string): ServerEvent | null {
    if (line === '') return this.dispatch();
    if (line.startsWith(':')) return null;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'data') {
      this.size += value.length;
      if (this.size > LONGEST_EVENT) throw new Error('A server-sent event is longer than 1,000,000 characters');
      this.data.push(value);
    }
    return null;
  }

  private dispatch(): ServerEvent | null {
    const event =
      this.data.length > 0 ? { event: this.event || 'message', data: this.data.join('\n'), id: this.id } : null;
    this.event = '';
    this.data = [];
    this.size = 0;
    return event;
  }
}
