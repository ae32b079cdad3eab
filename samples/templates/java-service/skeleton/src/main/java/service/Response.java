package service;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What is answered. */
record Response(int status, String contentType, Body body) {

    /** Written when the head of the response is gone; what is written here goes to the client at once. */
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    static Response text(String body) {
        return of("text/plain; charset=utf-8", body);
    }

    static Response json(String body) {
        return of("application/json", body + "\n");
    }

    private static Response of(String contentType, String body) {
        return new Response(200, contentType, out -> out.write(body.getBytes(StandardCharsets.UTF_8)));
    }
}
