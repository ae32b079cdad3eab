// What is answered, apart from HTTP: so that the tests need no WebAssembly.

/** May be async, to await what others answer. */
export function answer(request, env) {
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

function json(value) {
  return { status: 200, contentType: "application/json", body: JSON.stringify(value) + "\n" };
}
