package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.GuestExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code wasmcloud:messaging/consumer@0.2.0} of one instance. */
public final class WasmcloudMessaging {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("wasmcloud:messaging/consumer", "0.2.0", WasmcloudMessaging.class);

    /** {@code record broker-message}. */
    @SuppressWarnings("ArrayRecordComponent") // bytes of the wire; never compared
    public record BrokerMessage(String subject, byte[] body, Optional<String> replyTo) {}

    private final MessageBroker broker;
    private final Duration longest;

    /** @param longest that a guest may wait for an answer */
    public WasmcloudMessaging(MessageBroker broker, Duration longest) {
        this.broker = broker;
        this.longest = longest;
    }

    @Wit("request")
    public Result<BrokerMessage, String> request(String subject, byte[] body, long timeoutMillis) {
        Duration wanted = Duration.ofMillis(timeoutMillis);
        try {
            MessageBroker.Message answer = GuestExecutor.blocking(() -> broker.request(
                            new MessageBroker.Message(subject, body, Optional.empty(), List.of()),
                            wanted.compareTo(longest) < 0 ? wanted : longest,
                            1))
                    .getFirst();
            return Result.ok(new BrokerMessage(answer.subject(), answer.body(), answer.replyTo()));
        } catch (Problem e) {
            return Result.err(e.detail());
        }
    }

    @Wit("publish")
    public Result<@Nullable Void, String> publish(BrokerMessage message) {
        try {
            GuestExecutor.blocking(() -> {
                broker.publish(new MessageBroker.Message(message.subject, message.body, message.replyTo, List.of()));
                return null;
            });
            return Result.ok(null);
        } catch (Problem e) {
            return Result.err(e.detail());
        }
    }
}
