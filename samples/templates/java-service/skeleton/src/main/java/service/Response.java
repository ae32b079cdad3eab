package service;

/** What is answered. */
record Response(int status, String contentType, String body) {

    static Response text(String body) {
        return new Response(200, "text/plain; charset=utf-8", body);
    }

    static Response json(String body) {
        return new Response(200, "application/json", body + "\n");
    }
}
