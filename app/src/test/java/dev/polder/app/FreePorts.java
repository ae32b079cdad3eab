package dev.polder.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for a whole Polder. */
public final class FreePorts {

    private static final int IN_A_ROW = 13;

    private FreePorts() {}

    /** The first of as many free ports of loopback in a row as {@code portsFrom} takes. */
    public static int first() throws IOException {
        for (int attempt = 0; attempt < 200; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            List<ServerSocket> taken = new ArrayList<>();
            try {
                for (int port = first; port < first + IN_A_ROW; port++) {
                    taken.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                }
                return first;
            } catch (IOException e) {
                // somebody has one of them: look elsewhere
            } finally {
                for (ServerSocket socket : taken) {
                    socket.close();
                }
            }
        }
        throw new AssertionError("no " + IN_A_ROW + " free ports in a row");
    }
}
