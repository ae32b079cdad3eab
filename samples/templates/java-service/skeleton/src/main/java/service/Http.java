package service;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.teavm.interop.Address;
import org.teavm.interop.Import;

/**
 * Requests to others, through the host: {@code Http.get("http://orders.default/list").text()}. Where they may go stands in
 * spin.toml: {@code allowed_outbound_hosts = ["http://orders.default"]}.
 */
final class Http {

    private static final int ROOM = 64 * 1024;

    /** A number that the host writes. */
    private static final int[] CELL = new int[1];

    @Import(module = "cgi", name = "request_begin")
    private static native int requestBegin(Address head, int length, int hasBody, Address number);

    @Import(module = "cgi", name = "request_write")
    private static native int requestWrite(int number, Address from, int length);

    @Import(module = "cgi", name = "request_end")
    private static native int requestEnd(int number, Address to, int room, Address used);

    @Import(module = "cgi", name = "response_read")
    private static native int responseRead(int number, Address to, int room, Address used);

    @Import(module = "cgi", name = "response_close")
    private static native int responseClose(int number);

    /** What came back; the names of its headers are in lower case. */
    record Answer(int status, Map<String, String> headers, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    static Answer get(String url) throws IOException {
        return send("GET", url, Map.of(), new byte[0]);
    }

    /**
     * Sends a request and waits for all of its answer.
     *
     * @throws IOException with the host's words, when there is none
     */
    static Answer send(String method, String url, Map<String, String> headers, byte[] body) throws IOException {
        StringBuilder text = new StringBuilder(method + " " + url + "\n");
        headers.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        byte[] head = text.toString().getBytes(StandardCharsets.UTF_8);
        int errno = requestBegin(Address.ofData(head), head.length, body.length > 0 ? 1 : 0, Address.ofData(CELL));
        if (errno != 0) {
            throw new IOException(url + ": errno " + errno);
        }
        int number = CELL[0];
        try {
            if (body.length > 0) {
                requestWrite(number, Address.ofData(body), body.length); // what fails is told by the end
            }
            byte[] part = new byte[ROOM];
            errno = requestEnd(number, Address.ofData(part), part.length, Address.ofData(CELL));
            String said = new String(part, 0, CELL[0], StandardCharsets.UTF_8);
            if (errno != 0) {
                throw new IOException(url + ": " + said);
            }
            Map<String, String> fields = fields(said);
            return new Answer(Integer.parseInt(fields.remove("status")), fields, rest(number, part));
        } finally {
            responseClose(number);
        }
    }

    private static Map<String, String> fields(String head) {
        Map<String, String> fields = new TreeMap<>();
        for (String line : head.split("\n")) {
            int colon = line.indexOf(':');
            fields.merge(
                    line.substring(0, colon).toLowerCase(), line.substring(colon + 1).trim(), (a, b) -> a + ", " + b);
        }
        return fields;
    }

    private static byte[] rest(int number, byte[] part) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        do {
            if (responseRead(number, Address.ofData(part), part.length, Address.ofData(CELL)) != 0) {
                throw new IOException("the answer ended early");
            }
            all.write(part, 0, CELL[0]);
        } while (CELL[0] > 0);
        return all.toByteArray();
    }

    private Http() {}
}
