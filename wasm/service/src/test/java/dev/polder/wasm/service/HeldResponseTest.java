package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpField;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeldResponseTest {

    /** The guest's side of a body: gives a chunk only when one was asked for. */
    private static final class Body implements Flow.Publisher<ByteBuffer>, Flow.Subscription {
        final CompletableFuture<List<HttpField>> trailers = new CompletableFuture<>();
        Flow.@Nullable Subscriber<? super ByteBuffer> to;
        long asked;
        boolean cancelled;

        HttpBody body() {
            return new HttpBody(this, trailers, OptionalLong.empty());
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            to = subscriber;
            subscriber.onSubscribe(this);
        }

        @Override
        public synchronized void request(long count) {
            asked += count;
        }

        @Override
        public synchronized void cancel() {
            cancelled = true;
        }

        void give(byte[] bytes) {
            synchronized (this) {
                assertThat(asked).as("chunks asked for").isPositive();
                asked--;
            }
            to.onNext(ByteBuffer.wrap(bytes));
        }

        void end(HttpField... fields) {
            trailers.complete(List.of(fields));
            to.onComplete();
        }
    }

    /** What a server gets to see. */
    private static final class Client implements AppResponder {
        final CompletableFuture<Object> first = new CompletableFuture<>();
        final Reader reader = new Reader();

        @Override
        public void respond(int status, List<HttpHeader> headers, HttpBody body) {
            body.chunks().subscribe(reader);
            first.complete(body);
        }

        @Override
        public void respond(HttpResponseData whole) {
            first.complete(whole);
        }

        @Override
        public void fail(Problem problem) {
            first.complete(problem);
        }
    }

    private static final class Reader implements Flow.Subscriber<ByteBuffer> {
        final StringBuilder text = new StringBuilder();
        final List<String> signals = new ArrayList<>();
        Flow.@Nullable Subscription from;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            from = subscription;
        }

        @Override
        public void onNext(ByteBuffer chunk) {
            text.append(StandardCharsets.US_ASCII.decode(chunk));
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure.getMessage());
        }

        @Override
        public void onComplete() {
            signals.add("end");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private final Body body = new Body();
    private final Client client = new Client();
    private final Answer answer = new Answer(client);

    private void hold() {
        HeldResponse.hold(answer, 201, List.of(new HttpHeader("a", "b")), body.body());
    }

    @Test
    void sendsAShortResponseInOnePiece() {
        hold();
        body.give(ascii("one "));
        body.give(ascii("two"));
        assertThat(answer.given()).isFalse();
        body.end();
        HttpResponseData whole = (HttpResponseData) client.first.join();
        assertThat(whole.status()).isEqualTo(201);
        assertThat(whole.headers()).containsExactly(new HttpHeader("a", "b"));
        assertThat(new String(whole.body(), StandardCharsets.US_ASCII)).isEqualTo("one two");
    }

    @Test
    void streamsALongOneAsItIsRead() {
        hold();
        body.give(new byte[HeldResponse.LIMIT]);
        body.give(ascii("x"));
        assertThat(client.first).isCompletedWithValueMatching(HttpBody.class::isInstance);
        assertThat(body.asked).as("asked for beyond what is held").isZero();
        client.reader.from.request(2);
        assertThat(client.reader.text).hasSize(HeldResponse.LIMIT + 1);
        client.reader.from.request(1);
        assertThat(body.asked).isOne();
        body.give(ascii("y"));
        body.end();
        assertThat(client.reader.text).endsWith("xy");
        assertThat(client.reader.signals).containsExactly("end");
    }

    @Test
    void keepsTrailers() {
        hold();
        body.give(ascii("x"));
        body.end(new HttpField("sum", ascii("7")));
        HttpBody sent = (HttpBody) client.first.join();
        client.reader.from.request(5);
        assertThat(client.reader.text).hasToString("x");
        assertThat(client.reader.signals).containsExactly("end");
        assertThat(sent.trailers().join()).hasSize(1);
    }

    @Test
    void leavesTheAnswerOpenWhenTheBodyBreaksWhileItIsHeld() {
        hold();
        body.give(ascii("x"));
        body.to.onError(new IllegalStateException("broken"));
        assertThat(answer.given()).isFalse();
        answer.fail(Problem.internal("trapped", null));
        assertThat(client.first.join()).isInstanceOf(Problem.class);
    }

    @Test
    void cutsAStreamThatBreaks() {
        hold();
        body.give(new byte[HeldResponse.LIMIT + 1]);
        client.reader.from.request(2);
        body.to.onError(new IllegalStateException("broken"));
        assertThat(client.reader.signals).containsExactly("broken");
    }

    @Test
    void tellsTheGuestThatNobodyReads() {
        hold();
        body.give(new byte[HeldResponse.LIMIT + 1]);
        client.reader.from.cancel();
        assertThat(body.cancelled).isTrue();
    }

    @Test
    void sendsTheHeadOfASlowBodyAfterAMoment() throws Exception {
        hold();
        body.give(ascii("event"));
        HeldResponse.tickAll();
        HeldResponse.tickAll();
        assertThat(client.first.get(10, TimeUnit.SECONDS)).isInstanceOf(HttpBody.class);
        client.reader.from.request(2);
        assertThat(client.reader.text).hasToString("event");
    }
}
