package dev.polder.wasm.event.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.NatsConnecting;
import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.TriggerServer;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A NATS server by its address, {@code nats://user:password@host:port} or {@code tls:}, and how its messages look. */
record NatsServer(TriggerServer server) {

    /** What goes wrong is seen in what is asked of a connection; the client would print it. */
    private static final ErrorListener QUIET = new ErrorListener() {};

    /** @param rules the operator's for the app */
    static NatsServer of(String address, OutboundRules rules) {
        return new NatsServer(TriggerServer.of(address, List.of("nats", "tls"), OutboundLimits.DEFAULT, rules));
    }

    /**
     * Connects, to the address that was checked. A connection that breaks stays so: whoever wants another asks again.
     *
     * @throws Problem UNAVAILABLE or FORBIDDEN
     */
    Connection connect(String name, ConnectionListener listener) throws InterruptedException {
        InetSocketAddress to = server.resolve();
        String host = to.getAddress().getHostAddress();
        Options.Builder options = Options.builder()
                .server(server.scheme() + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + to.getPort())
                .connectionName(name)
                .connectionTimeout(OutboundLimits.DEFAULT.connectTime())
                .noReconnect()
                .connectionListener(listener);
        if (server.scheme().equals("tls")) {
            options.sslContext(server.outbound().authorities().tls(server.host()));
        }
        String user = server.user();
        String password = server.password();
        if (user != null && password != null) {
            options.userInfo(user.toCharArray(), password.toCharArray());
        } else if (user != null && !user.isEmpty()) {
            options.token(user.toCharArray());
        }
        try {
            return NatsConnecting.connect(options, QUIET);
        } catch (IOException e) {
            throw Problem.unavailable(this + ": " + e.getMessage(), e);
        }
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static MessageBroker.Message read(Message message) {
        List<MessageBroker.Header> metadata = new ArrayList<>();
        Headers headers = message.getHeaders();
        if (headers != null) {
            headers.forEach(
                    (name, values) -> values.forEach(value -> metadata.add(new MessageBroker.Header(name, value))));
        }
        byte[] body = message.getData();
        // A message of JetStream has the place of its acknowledgement where others have that of their answer.
        Optional<String> replyTo = message.isJetStream() ? Optional.empty() : Optional.ofNullable(message.getReplyTo());
        return new MessageBroker.Message(message.getSubject(), body == null ? new byte[0] : body, replyTo, metadata);
    }

    static NatsMessage write(MessageBroker.Message message) {
        NatsMessage.Builder builder =
                NatsMessage.builder().subject(message.subject()).data(message.body());
        message.replyTo().ifPresent(builder::replyTo);
        if (!message.metadata().isEmpty()) {
            Headers headers = new Headers();
            message.metadata().forEach(header -> headers.add(header.name(), header.value()));
            builder.headers(headers);
        }
        return builder.build();
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
