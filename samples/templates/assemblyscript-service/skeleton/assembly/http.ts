// Requests to others, through the host: fetch("http://orders.default/list"). Where they may go stands in spin.toml:
// allowed_outbound_hosts = ["http://orders.default"].

// @ts-ignore: decorator
@external("cgi", "request_begin")
declare function requestBegin(head: usize, length: i32, hasBody: i32, number: usize): i32;

// @ts-ignore: decorator
@external("cgi", "request_write")
declare function requestWrite(number: u32, from: usize, length: i32): i32;

// @ts-ignore: decorator
@external("cgi", "request_end")
declare function requestEnd(number: u32, to: usize, room: i32, used: usize): i32;

// @ts-ignore: decorator
@external("cgi", "response_read")
declare function responseRead(number: u32, to: usize, room: i32, used: usize): i32;

// @ts-ignore: decorator
@external("cgi", "response_close")
declare function responseClose(number: u32): i32;

const ROOM: i32 = 64 * 1024;

/** What came back; `status` is 0 and `error` has the host's words where nothing did. */
export class Answer {
  status: i32 = 0;
  error: string = "";
  /** By name, in lower case. */
  headers: Map<string, string> = new Map<string, string>();
  body: ArrayBuffer = new ArrayBuffer(0);

  get text(): string {
    return String.UTF8.decode(this.body);
  }
}

/** Sends a request and waits for all of its answer. */
export function fetch(
  url: string,
  method: string = "GET",
  headers: Map<string, string> | null = null,
  body: ArrayBuffer | null = null,
): Answer {
  let text = method + " " + url + "\n";
  if (headers) {
    const names = headers.keys();
    for (let i = 0; i < names.length; i++) text += names[i] + ": " + headers.get(names[i]) + "\n";
  }
  const answer = new Answer();
  const head = String.UTF8.encode(text);
  const cell = new ArrayBuffer(4); // a number that the host writes
  const at = changetype<usize>(cell);
  if (requestBegin(changetype<usize>(head), head.byteLength, body ? 1 : 0, at) != 0) {
    answer.error = "too many requests";
    return answer;
  }
  const number = load<u32>(at);
  if (body) requestWrite(number, changetype<usize>(body), body.byteLength); // what fails is told by the end
  const part = new ArrayBuffer(ROOM);
  const failed = requestEnd(number, changetype<usize>(part), ROOM, at) != 0;
  const said = String.UTF8.decode(part.slice(0, load<i32>(at)));
  if (failed) {
    answer.error = said;
  } else {
    read(answer, said);
    answer.body = rest(number, part, at);
  }
  responseClose(number);
  return answer;
}

function read(answer: Answer, head: string): void {
  const lines = head.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const colon = lines[i].indexOf(":");
    if (colon < 0) continue;
    const name = lines[i].substring(0, colon).toLowerCase();
    const value = lines[i].substring(colon + 1).trim();
    if (name == "status") {
      answer.status = <i32>parseInt(value);
    } else {
      answer.headers.set(name, answer.headers.has(name) ? answer.headers.get(name) + ", " + value : value);
    }
  }
}

function rest(number: u32, part: ArrayBuffer, at: usize): ArrayBuffer {
  const parts = new Array<ArrayBuffer>();
  let size = 0;
  while (responseRead(number, changetype<usize>(part), ROOM, at) == 0) {
    const length = load<i32>(at);
    if (length == 0) break;
    parts.push(part.slice(0, length));
    size += length;
  }
  const all = new Uint8Array(size);
  let filled = 0;
  for (let i = 0; i < parts.length; i++) {
    all.set(Uint8Array.wrap(parts[i]), filled);
    filled += parts[i].byteLength;
  }
  return all.buffer;
}
