// One request in, one response out: the variables of CGI and standard input are the request, standard output is the
// response.

// @ts-ignore: decorator
@external("cgi", "environ_sizes_get")
declare function environSizes(count: usize, size: usize): i32;

// @ts-ignore: decorator
@external("cgi", "environ_get")
declare function environ(pointers: usize, text: usize): i32;

// @ts-ignore: decorator
@external("cgi", "fd_read")
declare function read(file: i32, vectors: usize, count: i32, done: usize): i32;

// @ts-ignore: decorator
@external("cgi", "fd_write")
declare function write(file: i32, vectors: usize, count: i32, done: usize): i32;

export class Request {
  private constructor(private variables: Map<string, string>) {}

  /** The one that is under way; process.env would have the variables of the instance's first one. */
  static current(): Request {
    const sizes = new ArrayBuffer(8);
    environSizes(changetype<usize>(sizes), changetype<usize>(sizes) + 4);
    const count = load<u32>(changetype<usize>(sizes));
    const pointers = new ArrayBuffer(<i32>count * 4);
    const text = new ArrayBuffer(load<u32>(changetype<usize>(sizes), 4));
    environ(changetype<usize>(pointers), changetype<usize>(text));
    const variables = new Map<string, string>();
    const all = String.UTF8.decode(text).split("\0");
    for (let i = 0; i < all.length; i++) {
      const variable = all[i];
      const equals = variable.indexOf("=");
      if (equals < 0) continue;
      variables.set(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return new Request(variables);
  }

  get method(): string {
    return this.variable("REQUEST_METHOD", "GET");
  }

  get path(): string {
    return this.variable("PATH_INFO", "/");
  }

  get query(): string {
    return this.variable("QUERY_STRING", "");
  }

  /** A variable of CGI, or one that spin.toml sets. */
  variable(name: string, otherwise: string): string {
    return this.variables.has(name) ? this.variables.get(name) : otherwise;
  }
}

export class Response {
  constructor(
    public body: string,
    public contentType: string = "text/plain; charset=utf-8",
    public status: i32 = 200,
  ) {}

  static json(body: string): Response {
    return new Response(body + "\n", "application/json");
  }

  send(): void {
    process.stdout.write(head(this.status, this.contentType) + this.body);
  }
}

function head(status: i32, contentType: string): string {
  return "Status: " + status.toString() + "\nContent-Type: " + contentType + "\n\n";
}

/** Sends the posted body back while it arrives; it is never whole in memory here. */
export function echo(contentType: string): void {
  process.stdout.write(head(200, contentType.length > 0 ? contentType : "application/octet-stream"));
  const size: usize = 64 * 1024;
  const buffer = new ArrayBuffer(<i32>size + 12);
  const part = changetype<usize>(buffer);
  const cells = part + size; // an address and a length for the host, and the number that it writes back
  while (true) {
    store<u32>(cells, <u32>part);
    store<u32>(cells, <u32>size, 4);
    if (read(0, cells, 1, cells + 8) != 0) abort("the request's body cannot be read");
    const length = load<u32>(cells, 8);
    if (length == 0) return;
    for (let sent: u32 = 0; sent < length; sent += load<u32>(cells, 8)) {
      store<u32>(cells, <u32>part + sent);
      store<u32>(cells, length - sent, 4);
      if (write(1, cells, 1, cells + 8) != 0) return; // the client went away
    }
  }
}

/** A string as JSON writes it. */
export function quoted(text: string): string {
  let json = '"';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c == 0x22 || c == 0x5c) {
      json += "\\" + text.charAt(i);
    } else if (c < 0x20) {
      json += "\\u00" + (c >> 4).toString() + (c & 15).toString(16);
    } else {
      json += text.charAt(i);
    }
  }
  return json + '"';
}
