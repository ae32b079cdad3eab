// One request in, one response out: the CGI variables are the request, standard output is the response.

export class Request {
  method: string = variable("REQUEST_METHOD", "GET");
  path: string = variable("PATH_INFO", "/");
  query: string = variable("QUERY_STRING", "");
}

export class Response {
  constructor(
    public body: string,
    public contentType: string = "text/plain; charset=utf-8",
    public status: i32 = 200,
  ) {}

  send(): void {
    process.stdout.write(
      "Status: " + this.status.toString() + "\nContent-Type: " + this.contentType + "\n\n" + this.body,
    );
  }
}

/** An environment variable: one of the request, or one that spin.toml sets. */
export function variable(name: string, otherwise: string): string {
  return process.env.has(name) ? process.env.get(name) : otherwise;
}
