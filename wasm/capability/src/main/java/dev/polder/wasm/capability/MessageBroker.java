package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where the messages of an app go, behind {@code wasmcloud:messaging} and {@code wasi:messaging}. Blocks; for any thread. */
public interface MessageBroker {

    /** The longest subject in characters. */
    int MAX_SUBJECT = 1024;

    /**
     * One message.
     *
     * @param subject words joined by dots
     * @param replyTo the subject where an answer is awaited
     * @param metadata what brokers call headers
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes of the wire; never compared
    record Message(String subject, byte[] body, Optional<String> replyTo, List<Header> metadata) {
        public Message {
            metadata = List.copyOf(metadata);
        }
    }

    /** One entry of a message's metadata. */
    record Header(String name, String value) {}

    /**
     * Sends a message.
     *
     * @throws Problem FORBIDDEN, INVALID or TOO_LARGE for the message; UNAVAILABLE when the broker is
     */
    void publish(Message message);

    /**
     * Sends a message and waits for answers.
     *
     * @param replies how many are waited for, at least 1
     * @return at least one
     * @throws Problem as {@link #publish}; DEADLINE when no answer came in time
     */
    List<Message> request(Message message, Duration timeout, int replies);

    /** Whether a message can be sent to it: words joined by dots, no wildcards, no spaces. */
    static boolean isSubject(String subject) {
        return !subject.isEmpty()
                && subject.length() <= MAX_SUBJECT
                && !subject.startsWith(".")
                && !subject.endsWith(".")
                && !subject.contains("..")
                && subject.chars().allMatch(c -> c > ' ' && c != 0x7f && c != '*' && c != '>');
    }

    /** For apps that asked for none. */
    MessageBroker NONE = new MessageBroker() {
        @Override
        public void publish(Message message) {
            throw refusal();
        }

        @Override
        public List<Message> request(Message message, Duration timeout, int replies) {
            throw refusal();
        }

        private static Problem refusal() {
            return new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.GUEST,
                    false,
                    "no broker is granted (expected: [application.trigger.messaging] in spin.toml)",
                    null,
                    null);
        }
    };
}
