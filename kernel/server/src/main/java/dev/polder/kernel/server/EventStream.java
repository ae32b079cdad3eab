package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One {@code text/event-stream} answer (WHATWG HTML, section 9.2).
 *
 * <p>The status line is held back until the first event, or for {@link #COMMIT_AFTER}: so a handler that finds nothing
 * to stream can still answer with an ordinary error. A writer waits until the socket took what it wrote; a client that
 * takes nothing for {@link #STALL_LIMIT} is dropped. A comment every {@link #HEARTBEAT} keeps idle connections open
 * through proxies and finds the dead ones.
 */
final class EventStream implements EventSink {

    static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration COMMIT_AFTER = Duration.ofMillis(200);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(60);
    private static final HttpData RETRY = HttpData.ofUtf8("retry: 2000\n\n");
    private static final HttpData PING = HttpData.ofUtf8(": ping\n\n");

    private final HttpResponseWriter writer = HttpResponse.streaming();
    private final CompletableFuture<HttpResponse> answer;
    private final AtomicBoolean committed = new AtomicBoolean();
    private final ScheduledFuture<?> commit;
    private final ScheduledFuture<?> heartbeat;
    private volatile @Nullable Thread handler;

    EventStream(CompletableFuture<HttpResponse> answer, EventLoop loop, Duration beat) {
        this.answer = answer;
        this.commit = loop.schedule(this::commit, COMMIT_AFTER.toMillis(), TimeUnit.MILLISECONDS);
        this.heartbeat = loop.scheduleAtFixedRate(this::ping, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
        var _ = writer.whenComplete().whenComplete((_, _) -> {
            commit.cancel(false);
            heartbeat.cancel(false);
            interruptHandler();
        });
    }

    /** Binds the thread that is interrupted when the client goes away. */
    void runsOn(Thread thread) {
        handler = thread;
        if (!writer.isOpen()) {
            interruptHandler();
        }
    }

    /** Starts the answer; false when it has been given already. */
    private boolean commit() {
        if (!committed.compareAndSet(false, true)) {
            return false;
        }
        commit.cancel(false);
        var _ = writer.tryWrite(ResponseHeaders.builder(HttpStatus.OK)
                .contentType(MediaType.EVENT_STREAM)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-accel-buffering", "no")
                .build());
        var _ = writer.tryWrite(RETRY);
        answer.complete(writer);
        return true;
    }

    /** Gives an ordinary answer instead; false when the stream has begun. */
    boolean answerInstead(HttpResponse response) {
        if (!committed.compareAndSet(false, true)) {
            return false;
        }
        answer.complete(response);
        writer.abort();
        return true;
    }

    /** Whether the stream's status line has been given. */
    boolean begun() {
        return committed.get();
    }

    private void ping() {
        // When the client still has to take an event, the connection is not idle and needs no sign of life.
        if (committed.get() && writer.isOpen() && writer.whenConsumed().isDone()) {
            var _ = writer.tryWrite(PING);
        }
    }

    @Override
    public void send(String event, String data) throws InterruptedException {
        write(null, event, data);
    }

    @Override
    public void send(String id, String event, String data) throws InterruptedException {
        write(id, event, data);
    }

    private void write(@Nullable String id, String event, String data) throws InterruptedException {
        StringBuilder text = new StringBuilder(data.length() + event.length() + 32);
        if (id != null) {
            field(text, "id", id);
        }
        field(text, "event", event);
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        if (data.isEmpty()) {
            text.append("data: \n");
        }
        commit();
        if (!writer.tryWrite(HttpData.ofUtf8(text.append('\n')))) {
            throw gone();
        }
        awaitRoom();
    }

    private void awaitRoom() throws InterruptedException {
        try {
            writer.whenConsumed().get(STALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw gone();
        } catch (TimeoutException e) {
            writer.abort();
            throw gone();
        }
    }

    private static void field(StringBuilder text, String name, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a line break in the " + name + " of a server-sent event");
        }
        text.append(name).append(": ").append(value).append('\n');
    }

    private static InterruptedException gone() {
        return new InterruptedException("the client of the event stream went away");
    }

    @Override
    public boolean open() {
        return writer.isOpen();
    }

    /** Ends the stream from the server's side; what has been written is still sent. */
    void end() {
        commit();
        writer.close();
        interruptHandler();
    }

    private void interruptHandler() {
        Thread thread = handler;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
