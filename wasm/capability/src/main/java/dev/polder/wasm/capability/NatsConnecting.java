package dev.polder.wasm.capability;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Connects to NATS servers, and says why it could not: the client tells that to its listener and not to its caller. */
public final class NatsConnecting {

    private NatsConnecting() {}

    /**
     * Connects.
     *
     * @param options but for the listener
     * @param told of every error, this one included
     * @throws IOException with the reason in its message
     */
    public static Connection connect(Options.Builder options, ErrorListener told)
            throws IOException, InterruptedException {
        AtomicReference<@Nullable Exception> last = new AtomicReference<>();
        options.errorListener(new ErrorListener() {
            @Override
            public void errorOccurred(Connection from, String error) {
                told.errorOccurred(from, error);
            }

            @Override
            public void exceptionOccurred(Connection from, Exception e) {
                last.set(e);
                told.exceptionOccurred(from, e);
            }
        });
        try {
            return Nats.connect(options.build());
        } catch (IOException e) {
            Exception reason = last.get();
            throw reason == null ? e : new IOException(e.getMessage() + ": " + reason.getMessage(), reason);
        }
    }
}
