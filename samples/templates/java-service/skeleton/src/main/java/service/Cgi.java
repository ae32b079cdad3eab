package service;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.teavm.interop.Address;
import org.teavm.interop.Import;

/**
 * The host's side of one request, by functions of WASI 0.1: the environment has the variables of CGI, standard input is the
 * body of the request, standard output the response.
 */
final class Cgi {

    private static final int STDIN = 0;
    private static final int STDOUT = 1;

    /** An address and a length for the host, and the number that it writes back. */
    private static final int[] CELLS = new int[3];

    @Import(module = "cgi", name = "environ_sizes_get")
    private static native int environSizesGet(Address count, Address bytes);

    @Import(module = "cgi", name = "environ_get")
    private static native int environGet(Address pointers, Address text);

    @Import(module = "cgi", name = "fd_read")
    private static native int fdRead(int file, Address vectors, int count, Address read);

    @Import(module = "cgi", name = "fd_write")
    private static native int fdWrite(int file, Address vectors, int count, Address written);

    /** The variables of the request, and those that spin.toml sets. */
    static Map<String, String> environment() {
        Address cells = Address.ofData(CELLS);
        check(environSizesGet(cells, cells.add(4)));
        int[] pointers = new int[CELLS[0]];
        byte[] text = new byte[CELLS[1]];
        check(environGet(Address.ofData(pointers), Address.ofData(text)));
        Map<String, String> variables = new TreeMap<>();
        int start = 0;
        for (int at = 0; at < text.length; at++) {
            if (text[at] == 0) {
                String variable = new String(text, start, at - start, StandardCharsets.UTF_8);
                int equals = variable.indexOf('=');
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
                start = at + 1;
            }
        }
        return variables;
    }

    /** The body of the request, as it arrives. */
    static final InputStream IN = new InputStream() {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            Address cells = Address.ofData(CELLS);
            CELLS[0] = Address.ofData(into).toInt() + from;
            CELLS[1] = length;
            if (fdRead(STDIN, cells, 1, cells.add(8)) != 0) {
                throw new IOException("the request's body ended early");
            }
            return CELLS[2] == 0 ? -1 : CELLS[2];
        }
    };

    /** The response, which goes as fast as the client takes it. */
    static final OutputStream OUT = new OutputStream() {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            Address cells = Address.ofData(CELLS);
            for (int sent = 0; sent < length; sent += CELLS[2]) {
                CELLS[0] = Address.ofData(bytes).toInt() + from + sent;
                CELLS[1] = length - sent;
                if (fdWrite(STDOUT, cells, 1, cells.add(8)) != 0) {
                    throw new IOException("the client does not take the response");
                }
            }
        }
    };

    private static void check(int errno) {
        if (errno != 0) {
            throw new IllegalStateException("WASI said errno " + errno);
        }
    }

    private Cgi() {}
}
