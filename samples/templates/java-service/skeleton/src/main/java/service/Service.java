package service;

import java.util.Map;

/** The service itself: ordinary Java, tested on the JVM. */
final class Service {

    static Response answer(Request request, Map<String, String> environment) {
        String greeting = environment.getOrDefault("GREETING", "Hello");
        return switch (request.path()) {
            case "/health" ->
                Response.json("{\"status\":\"ok\",\"service\":" + quoted(environment.get("SERVICE_NAME")) + "}");
            case "/api" ->
                Response.json("{\"greeting\":" + quoted(greeting)
                        + ",\"path\":" + quoted(request.path())
                        + ",\"query\":" + quoted(request.query()) + "}");
            default ->
                Response.text(greeting + "\npath: " + request.path() + "\nquery: " + request.query() + "\n");
        };
    }

    /** A string as JSON writes it. */
    private static String quoted(String text) {
        if (text == null) {
            return "null";
        }
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
