package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.GuestExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code wasi:messaging@0.2.0-draft} of one instance: {@code types}, {@code producer} and {@code request-reply}. A client
 * of any name is one of the app's broker.
 */
public final class WasiMessaging {

    private static final String VERSION = "0.2.0-draft";
    private static final String CONTENT_TYPE = "content-type";
    private static final int MAX_ENTRIES = 128;

    /** How the linker finds them. */
    public static final List<HostInterface> INTERFACES = List.of(
            HostInterface.of("wasi:messaging/types", VERSION, WasiMessaging.class)
                    .resource("client", Client.class)
                    .resource("message", Message.class),
            HostInterface.of("wasi:messaging/producer", VERSION, Producer.class),
            HostInterface.of("wasi:messaging/request-reply", VERSION, RequestReply.class)
                    .resource("request-options", Options.class));

    /** {@code variant error}. */
    public sealed interface Failure {
        record Timeout() implements Failure {}

        record Connection(String message) implements Failure {}

        record PermissionDenied(String message) implements Failure {}

        record Other(String message) implements Failure {}

        private static Failure of(Problem problem) {
            return switch (problem.code()) {
                case DEADLINE -> new Timeout();
                case FORBIDDEN -> new PermissionDenied(problem.detail());
                case UNAVAILABLE -> new Connection(problem.detail());
                default -> new Other(problem.detail());
            };
        }
    }

    /** An entry of {@code metadata}: {@code tuple<string, string>}. */
    public record Entry(String key, String value) {}

    @Wit("[static]client.connect")
    public Result<Client, Failure> connect(String name) {
        return Result.ok(new Client());
    }

    @Wit("[constructor]message")
    public Message message(byte[] data) {
        return new Message(data);
    }

    private static Result<@Nullable Void, Failure> sent(MessageBroker broker, String topic, Message message) {
        try {
            GuestExecutor.blocking(() -> {
                broker.publish(message.to(topic));
                return null;
            });
            return Result.ok(null);
        } catch (Problem e) {
            return Result.err(Failure.of(e));
        }
    }

    /** {@code producer} of one instance. */
    public static final class Producer {
        private final MessageBroker broker;

        public Producer(MessageBroker broker) {
            this.broker = broker;
        }

        @Wit("send")
        public Result<@Nullable Void, Failure> send(Client client, String topic, Message message) {
            return sent(broker, topic, message);
        }
    }

    /** {@code request-reply} of one instance. */
    public static final class RequestReply {
        private final MessageBroker broker;
        private final Duration longest;

        /** @param longest that a guest may wait for an answer */
        public RequestReply(MessageBroker broker, Duration longest) {
            this.broker = broker;
            this.longest = longest;
        }

        @Wit("[constructor]request-options")
        public Options options() {
            return new Options();
        }

        @Wit("request")
        public Result<List<Message>, Failure> request(
                Client client, String topic, Message message, Optional<Options> options) {
            Options chosen = options.orElseGet(Options::new);
            Duration wait = chosen.timeout
                    .filter(wanted -> wanted.compareTo(longest) < 0)
                    .orElse(longest);
            try {
                return Result.ok(
                        GuestExecutor.blocking(() -> broker.request(message.to(topic), wait, chosen.replies)).stream()
                                .map(Message::new)
                                .toList());
            } catch (Problem e) {
                return Result.err(Failure.of(e));
            }
        }

        /** A message that nobody awaits an answer to is answered to nobody. */
        @Wit("reply")
        public Result<@Nullable Void, Failure> reply(Message replyTo, Message message) {
            return replyTo.replyTo.isEmpty() ? Result.ok(null) : sent(broker, replyTo.replyTo.get(), message);
        }
    }

    /** {@code resource client}. */
    public static final class Client implements HostResource {
        @Wit("disconnect")
        public Result<@Nullable Void, Failure> disconnect() {
            return Result.ok(null);
        }
    }

    /** {@code resource request-options}. */
    public static final class Options implements HostResource {
        private Optional<Duration> timeout = Optional.empty();
        private int replies = 1;

        @Wit("set-timeout-ms")
        public void setTimeout(long millis) {
            timeout = Optional.of(Duration.ofMillis(millis));
        }

        @Wit("set-expected-replies")
        public void setReplies(long expected) {
            replies = Math.clamp(expected, 1, MAX_ENTRIES);
        }
    }

    /** {@code resource message}. */
    public static final class Message implements HostResource {
        private final Optional<String> topic;
        private final Optional<String> replyTo;
        private byte[] data;
        private final List<Entry> metadata = new ArrayList<>();

        Message(byte[] data) {
            this.topic = Optional.empty();
            this.replyTo = Optional.empty();
            this.data = data;
        }

        /** A message that was received. */
        public Message(MessageBroker.Message received) {
            this.topic = Optional.of(received.subject());
            this.replyTo = received.replyTo();
            this.data = received.body();
            received.metadata().forEach(header -> metadata.add(new Entry(header.name(), header.value())));
        }

        @Wit("topic")
        public Optional<String> topic() {
            return topic;
        }

        @Wit("content-type")
        public Optional<String> contentType() {
            return metadata.stream()
                    .filter(entry -> entry.key.equalsIgnoreCase(CONTENT_TYPE))
                    .map(Entry::value)
                    .findFirst();
        }

        @Wit("set-content-type")
        public void setContentType(String type) {
            removeMetadata(CONTENT_TYPE);
            addMetadata(CONTENT_TYPE, type);
        }

        @Wit("data")
        public byte[] data() {
            return data;
        }

        @Wit("set-data")
        public void setData(byte[] bytes) {
            data = bytes;
        }

        @Wit("metadata")
        public Optional<List<Entry>> metadata() {
            return metadata.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(metadata));
        }

        @Wit("add-metadata")
        public void addMetadata(String key, String value) {
            metadata.removeIf(entry -> entry.key.equals(key));
            if (metadata.size() <= MAX_ENTRIES) { // one too many is kept, so that sending it is refused
                metadata.add(new Entry(key, value));
            }
        }

        @Wit("set-metadata")
        public void setMetadata(List<Entry> entries) {
            metadata.clear();
            metadata.addAll(entries);
        }

        @Wit("remove-metadata")
        public void removeMetadata(String key) {
            metadata.removeIf(entry -> entry.key.equalsIgnoreCase(key));
        }

        private MessageBroker.Message to(String subject) {
            if (metadata.size() > MAX_ENTRIES) {
                throw Problem.tooLarge(
                        metadata.size() + " entries of metadata (expected: at most " + MAX_ENTRIES + ")");
            }
            return new MessageBroker.Message(
                    subject,
                    data,
                    Optional.empty(),
                    metadata.stream()
                            .map(entry -> new MessageBroker.Header(entry.key, entry.value))
                            .toList());
        }
    }
}
