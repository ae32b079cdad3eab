// What is answered, apart from HTTP: so that the tests need no WebAssembly.

export interface Request {
  method: string;
  /** The path with the query, as it was sent. */
  target: string;
  /** The first value of a header, by its name in any case. */
  header(name: string): string | undefined;
  /** All of the body; it can be read once. */
  text(): string;
}

export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

/** May be async and give a Promise<Answer>, to await what others answer. */
export function answer(request: Request, env: Record<string, string | undefined>): Answer {
  const at = request.target.indexOf("?");
  const path = at < 0 ? request.target : request.target.slice(0, at);
  const query = at < 0 ? "" : request.target.slice(at + 1);
  switch (path) {
    case "/health":
      return json({ status: "ok", service: env.SERVICE_NAME });
    case "/api":
      return json({ greeting: env.GREETING, path, query });
    default:
      return {
        status: 200,
        contentType: "text/plain; charset=utf-8",
        body: `${env.GREETING}\npath: ${path}\nquery: ${query}\n`,
      };
  }
}

function json(value: unknown): Answer {
  return { status: 200, contentType: "application/json", body: JSON.stringify(value) + "\n" };
}
