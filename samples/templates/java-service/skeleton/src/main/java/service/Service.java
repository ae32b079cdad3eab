package service;

import java.io.IOException;

/** The service itself: ordinary Java, tested on the JVM. */
final class Service {

    static Response answer(Request request) throws IOException {
        if (request.method().equals("POST")) {
            return echo(request);
        }
        String greeting = request.variable("GREETING");
        return switch (request.path()) {
            case "/health" ->
                Response.json("{\"status\":\"ok\",\"service\":" + quoted(request.variable("SERVICE_NAME")) + "}");
            case "/api" ->
                Response.json("{\"greeting\":" + quoted(greeting)
                        + ",\"path\":" + quoted(request.path())
                        + ",\"query\":" + quoted(request.query()) + "}");
            default ->
                Response.text(greeting + "\npath: " + request.path() + "\nquery: " + request.query() + "\n");
        };
    }

    /** Sends the posted body back, part by part; it is never whole in memory here. */
    private static Response echo(Request request) {
        String type = request.header("Content-Type");
        return new Response(
                200, type.isEmpty() ? "application/octet-stream" : type, out -> request.body().transferTo(out));
    }

    /** A string as JSON writes it. */
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private Service() {}
}
