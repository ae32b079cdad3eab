package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.internal.MqttPublisher;
import dev.polder.wasm.capability.internal.ServerAddress;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.GuestExecutor;
import java.io.IOException;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code fermyon:spin/mqtt@2.0.0} of one instance. */
public final class SpinMqtt implements Connections {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("fermyon:spin/mqtt", "2.0.0", SpinMqtt.class).resource("connection", Connection.class);

    private static final Logger LOG = LoggerFactory.getLogger(SpinMqtt.class);
    private static final int MAX_KEEP_ALIVE = 65_535;
    private static final int MAX_TOPIC = 65_535;

    /** {@code variant error}. */
    public sealed interface Failure {
        record InvalidAddress() implements Failure {}

        record TooManyConnections() implements Failure {}

        record ConnectionFailed(String message) implements Failure {}

        record Other(String message) implements Failure {}
    }

    /** {@code enum qos}. */
    public enum Qos {
        AT_MOST_ONCE(0),
        AT_LEAST_ONCE(1),
        EXACTLY_ONCE(2);

        private final int level;

        Qos(int level) {
            this.level = level;
        }
    }

    private final Outbound outbound;
    private final Set<Connection> open = new HashSet<>();

    public SpinMqtt(Outbound outbound) {
        this.outbound = outbound;
    }

    /** @param keepAliveSeconds more than 65,535, which MQTT cannot say, counts as that */
    @Wit("[static]connection.open")
    public Result<Connection, Failure> open(String address, String username, String password, long keepAliveSeconds) {
        ServerAddress server;
        try {
            server = ServerAddress.parse(address);
        } catch (Problem e) {
            return Result.err(new Failure.InvalidAddress());
        }
        if (!server.scheme().equals("mqtt") && !server.scheme().equals("mqtts")) {
            return Result.err(new Failure.InvalidAddress());
        }
        if (!outbound.take()) {
            return Result.err(new Failure.TooManyConnections());
        }
        int keepAlive =
                keepAliveSeconds < 0 || keepAliveSeconds > MAX_KEEP_ALIVE ? MAX_KEEP_ALIVE : (int) keepAliveSeconds;
        Connection connection = new Connection(server, username, password, keepAlive);
        try {
            var _ = connection.publisher();
            open.add(connection);
            return Result.ok(connection);
        } catch (Problem e) {
            outbound.giveBack();
            return Result.err(new Failure.ConnectionFailed(e.detail()));
        } catch (IOException e) {
            outbound.giveBack();
            return Result.err(new Failure.ConnectionFailed(server + ": " + e.getMessage()));
        }
    }

    /** {@code resource connection}. */
    public final class Connection implements HostResource {
        private final ServerAddress server;
        private final String username;
        private final String password;
        private final int keepAlive;
        private @Nullable MqttPublisher publisher;

        private Connection(ServerAddress server, String username, String password, int keepAlive) {
            this.server = server;
            this.username = username;
            this.password = password;
            this.keepAlive = keepAlive;
        }

        /** The connection; a new one when the broker has given the old one up, because nobody pings while a guest works. */
        private MqttPublisher publisher() throws IOException {
            MqttPublisher present = publisher;
            if (present != null && keepAlive > 0 && present.idleNanos() > TimeUnit.SECONDS.toNanos(keepAlive)) {
                end();
                present = null;
            }
            if (present != null) {
                return present;
            }
            Socket socket = outbound.connect(
                    server.scheme(),
                    server.host(),
                    server.port(),
                    server.scheme().equals("mqtts"));
            try {
                String id = server.query()
                        .getOrDefault(
                                "client_id",
                                "spin" + UUID.randomUUID().toString().substring(0, 18));
                publisher = MqttPublisher.connect(socket, id, username, password, keepAlive);
                return publisher;
            } catch (IOException e) {
                Outbound.close(socket);
                throw e;
            }
        }

        @Wit("publish")
        public Result<@Nullable Void, Failure> publish(String topic, byte[] payload, Qos qos) {
            boolean wild = topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0 || topic.indexOf('\0') >= 0;
            if (topic.isEmpty() || topic.length() > MAX_TOPIC || wild) {
                return Result.err(
                        new Failure.Other("a topic with +, # or NUL, or none (expected: a topic to publish to)"));
            }
            if (payload.length > outbound.limits().replyBytes()) {
                return Result.err(new Failure.Other("a payload of " + payload.length + " bytes (expected: at most "
                        + outbound.limits().replyBytes() + ")"));
            }
            try {
                MqttPublisher connected = publisher();
                GuestExecutor.blocking(() -> {
                    connected.publish(topic, payload, qos.level);
                    return null;
                });
                return Result.ok(null);
            } catch (IOException e) {
                end();
                return Result.err(new Failure.Other(server + ": " + e.getMessage()));
            } catch (Problem e) {
                return Result.err(new Failure.ConnectionFailed(e.detail()));
            }
        }

        private void end() {
            MqttPublisher present = publisher;
            publisher = null;
            if (present != null) {
                try {
                    present.close();
                } catch (IOException e) {
                    LOG.debug("{} was gone before the goodbye: {}", server, e.toString());
                }
            }
        }

        @Override
        public void drop() {
            if (open.remove(this)) {
                end();
                outbound.giveBack();
            }
        }
    }

    /** Closes the connections that the guest left open. */
    @Override
    public void close() {
        List.copyOf(open).forEach(Connection::drop);
    }
}
