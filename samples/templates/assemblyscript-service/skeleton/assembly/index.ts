import { Request, Response, echo, quoted } from "./cgi";

function handle(request: Request): Response {
  const greeting = request.variable("GREETING", "Hello");
  if (request.path == "/health") {
    return Response.json('{"status":"ok","service":' + quoted(request.variable("SERVICE_NAME", "service")) + "}");
  }
  if (request.path == "/api") {
    return Response.json(
      '{"greeting":' + quoted(greeting) + ',"path":' + quoted(request.path) + ',"query":' + quoted(request.query) + "}",
    );
  }
  return new Response(greeting + "\npath: " + request.path + "\nquery: " + request.query + "\n");
}

/** What the component calls for each request; an instance may get several, one after the other. */
export function serve(): void {
  const request = Request.current();
  if (request.method == "POST") {
    echo(request.variable("CONTENT_TYPE", ""));
  } else {
    handle(request).send();
  }
}
