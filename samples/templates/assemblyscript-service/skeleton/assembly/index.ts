import { Request, Response, variable } from "./wagi";

function handle(request: Request): Response {
  if (request.path == "/health") {
    const service = variable("SERVICE_NAME", "service");
    return new Response('{"status":"ok","service":"' + service + '"}\n', "application/json");
  }
  const greeting = variable("GREETING", "Hello");
  return new Response(greeting + "\npath: " + request.path + "\nquery: " + request.query + "\n");
}

handle(new Request()).send();
