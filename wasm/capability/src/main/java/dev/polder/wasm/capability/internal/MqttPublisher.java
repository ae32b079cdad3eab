package dev.polder.wasm.capability.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A connection to an MQTT broker that only publishes. It needs no thread of its own: it reads only while it waits for an
 * acknowledgement. For one thread at a time; an {@link IOException} ends it.
 *
 * <p>Source: MQTT version 3.1.1 (OASIS), sections 3.1 to 3.7.
 */
public final class MqttPublisher implements AutoCloseable {

    private static final int CONNACK = 2;
    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int MAX_INBOUND = 64 * 1024;
    private static final int MAX_OUTBOUND = 268_435_455;
    private static final String[] REFUSALS = {
        "", "the protocol version", "the client id", "being unavailable", "user name or password", "authorization"
    };

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private int packetId;
    private long lastSent = System.nanoTime();

    private MqttPublisher(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /**
     * Logs in with a clean session.
     *
     * @param user {@code ""} for none
     * @param keepAliveSeconds 0 to 65535
     * @throws IOException also when the broker refuses
     */
    public static MqttPublisher connect(
            Socket socket, String clientId, String user, String password, int keepAliveSeconds) throws IOException {
        MqttPublisher publisher = new MqttPublisher(socket);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        text(data, "MQTT");
        data.writeByte(4);
        data.writeByte(0x02 | (user.isEmpty() ? 0 : 0xc0));
        data.writeShort(keepAliveSeconds);
        text(data, clientId);
        if (!user.isEmpty()) {
            text(data, user);
            text(data, password);
        }
        publisher.send(0x10, body.toByteArray(), new byte[0]);
        byte[] answer = publisher.await(CONNACK);
        if (answer.length != 2) {
            throw new IOException("a CONNACK of " + answer.length + " bytes (expected: 2)");
        }
        int code = answer[1] & 0xff;
        if (code != 0) {
            throw new IOException("the broker refused the connection because of "
                    + (code < REFUSALS.length ? REFUSALS[code] : "code " + code));
        }
        return publisher;
    }

    /** Since when nothing was sent, in nanoseconds. */
    public long idleNanos() {
        return System.nanoTime() - lastSent;
    }

    /**
     * Publishes, and returns when the broker has acknowledged as {@code qos} has it.
     *
     * @param qos 0, 1 or 2
     */
    public void publish(String topic, byte[] payload, int qos) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(head);
        text(data, topic);
        if (qos > 0) {
            packetId = packetId % 65_535 + 1;
            data.writeShort(packetId);
        }
        send(0x30 | qos << 1, head.toByteArray(), payload);
        if (qos == 1) {
            acknowledged(PUBACK);
        } else if (qos == 2) {
            acknowledged(PUBREC);
            send(0x62, new byte[] {(byte) (packetId >> 8), (byte) packetId}, new byte[0]);
            acknowledged(PUBCOMP);
        }
    }

    private void acknowledged(int type) throws IOException {
        byte[] body = await(type);
        if (body.length < 2 || ((body[0] & 0xff) << 8 | (body[1] & 0xff)) != packetId) {
            throw new IOException("an acknowledgement of another message");
        }
    }

    /** Reads until a packet of a type comes; what else comes meanwhile was not asked for and is dropped. */
    private byte[] await(int type) throws IOException {
        while (true) {
            int first = in.read();
            if (first < 0) {
                throw new EOFException("the broker closed the connection");
            }
            int length = 0;
            int shift = 0;
            int next;
            do {
                next = in.read();
                if (next < 0 || shift > 21) {
                    throw new IOException("a packet without a length");
                }
                length |= (next & 0x7f) << shift;
                shift += 7;
            } while ((next & 0x80) != 0);
            if (length > MAX_INBOUND) {
                throw new IOException("a packet of " + length + " bytes (expected: at most " + MAX_INBOUND + ")");
            }
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("the broker closed the connection");
            }
            if (first >> 4 == type) {
                return body;
            }
        }
    }

    private void send(int first, byte[] head, byte[] body) throws IOException {
        long length = (long) head.length + body.length;
        if (length > MAX_OUTBOUND) {
            throw new IOException("a message of " + length + " bytes (expected: at most " + MAX_OUTBOUND + ")");
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream(head.length + 8);
        packet.write(first);
        long rest = length;
        do {
            int part = (int) (rest & 0x7f);
            rest >>= 7;
            packet.write(rest > 0 ? part | 0x80 : part);
        } while (rest > 0);
        packet.writeBytes(head);
        if (body.length <= 8192) {
            packet.writeBytes(body);
            packet.writeTo(out);
        } else {
            packet.writeTo(out);
            out.write(body);
        }
        out.flush();
        lastSent = System.nanoTime();
    }

    private static void text(DataOutputStream data, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 65_535) {
            throw new IOException("a text of " + bytes.length + " bytes (expected: at most 65535)");
        }
        data.writeShort(bytes.length);
        data.write(bytes);
    }

    /** Says goodbye, so that the broker does not take it for a lost connection. */
    @Override
    public void close() throws IOException {
        try (socket) {
            if (!socket.isClosed()) {
                send(0xe0, new byte[0], new byte[0]);
            }
        }
    }
}
