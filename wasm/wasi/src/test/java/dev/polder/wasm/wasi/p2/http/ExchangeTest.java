package dev.polder.wasm.wasi.p2.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.StreamError;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExchangeTest {

    private final GuestIo io = new GuestIo(100);
    private final HttpTypes types = new HttpTypes(io, 100_000);
    private final Collected collected = new Collected(Long.MAX_VALUE);

    private static RequestHead head(HttpField... headers) {
        return new RequestHead(
                "POST", Optional.of("http"), Optional.of("a.example"), Optional.of("/p?q"), List.of(headers));
    }

    private static byte[] bytes(Result<MemorySegment, StreamError> read) {
        return ok(read).toArray(ValueLayout.JAVA_BYTE);
    }

    private static <T, E> T ok(Result<T, E> result) {
        assertThat(result).isInstanceOf(Result.Ok.class);
        return ((Result.Ok<T, E>) result).value();
    }

    private OutgoingResponse response(String... contentLength) {
        Fields fields = types.newFields();
        for (String length : contentLength) {
            fields.append("content-length", length.getBytes(StandardCharsets.US_ASCII));
        }
        return types.newOutgoingResponse(fields);
    }

    @Test
    void aRequestIsSeenAndAnswered() throws Exception {
        byte[] sent = "hello".getBytes(StandardCharsets.UTF_8);
        HttpExchange exchange = HttpExchange.of(
                io, head(new HttpField("Host", sent), new HttpField("X-a", sent)), HttpBody.of(sent), collected);
        IncomingRequest request = exchange.request();
        assertThat(request.method()).isEqualTo(new Method.Post());
        assertThat(request.scheme()).contains(new Scheme.Http());
        assertThat(request.authority()).contains("a.example");
        assertThat(request.pathWithQuery()).contains("/p?q");
        assertThat(request.headers().entries()).extracting(HttpField::name).containsExactly("x-a");

        IncomingBody body = ok(request.consume());
        assertThat(request.consume()).isEqualTo(Result.err(null));
        WasiInputStream in = ok(body.stream());
        assertThat(body.stream()).isEqualTo(Result.err(null));
        assertThat(bytes(in.blockingRead(100))).isEqualTo(sent);
        assertThat(in.blockingRead(1)).isEqualTo(Result.err(StreamError.CLOSED));

        OutgoingResponse response = response();
        assertThat(response.setStatusCode(99)).isEqualTo(Result.err(null));
        assertThat(response.setStatusCode(201)).isEqualTo(Result.ok(null));
        OutgoingBody out = ok(response.body());
        assertThat(response.body()).isEqualTo(Result.err(null));
        types.setResponse(exchange.responseOut(), Result.ok(response));
        assertThat(collected.status.get()).isEqualTo(201);
        WasiOutputStream stream = ok(out.write());
        assertThat(out.write()).isEqualTo(Result.err(null));
        ok(stream.write(MemorySegment.ofArray(sent)));
        assertThat(collected.size()).isEqualTo(5);
        assertThatThrownBy(() -> types.finishOutgoingBody(out, Optional.empty()))
                .isInstanceOf(WasmTrap.class)
                .hasMessageContaining("children");
        stream.drop();
        Fields trailers = types.newFields();
        trailers.append("t", sent);
        ok(types.finishOutgoingBody(out, Optional.of(trailers)));
        assertThat(collected.bytes.get()).isEqualTo(sent);
        assertThat(collected.body.trailers().get()).extracting(HttpField::name).containsExactly("t");
    }

    @Test
    void informationalResponsesGoAhead() throws Exception {
        List<String> came = new ArrayList<>();
        Collected client = new Collected(Long.MAX_VALUE) {
            @Override
            public void informational(int status, List<HttpField> headers) {
                came.add(status + " " + headers.getFirst().name());
            }
        };
        ResponseOutparam out =
                HttpExchange.of(io, head(), HttpBody.empty(), client).responseOut();
        for (int status : List.of(100, 103)) {
            Fields hints = types.newFields();
            hints.append("link", "</a.css>".getBytes(StandardCharsets.US_ASCII));
            ok(out.sendInformational(status, hints));
        }
        for (int status : List.of(99, 101, 200)) {
            assertThat(out.sendInformational(status, types.newFields()))
                    .as("status %s", status)
                    .isInstanceOf(Result.Err.class);
        }
        assertThat(client.status).isNotDone();
        types.setResponse(out, Result.ok(response()));
        assertThat(client.status.get()).isEqualTo(200);
        assertThat(came).containsExactly("100 link", "103 link");
    }

    @Test
    void aSlowReaderHoldsTheGuestAndNotTheMemory() throws Exception {
        Collected slow = new Collected(0);
        HttpExchange exchange = HttpExchange.of(io, head(), HttpBody.empty(), slow);
        int total = 4 << 20;
        OutgoingResponse response = response();
        OutgoingBody out = ok(response.body());
        types.setResponse(exchange.responseOut(), Result.ok(response));
        AtomicInteger written = new AtomicInteger();
        CompletableFuture<Void> guest = CompletableFuture.runAsync(() -> {
            WasiOutputStream stream = ok(out.write());
            while (written.get() < total) {
                stream.subscribe().block();
                long room = ok(stream.checkWrite());
                assertThat(room).isBetween(1L, (long) SentBody.CAPACITY);
                int part = (int) Math.min(room, total - written.get());
                ok(stream.write(MemorySegment.ofArray(new byte[part])));
                written.addAndGet(part);
            }
            stream.drop();
            types.finishOutgoingBody(out, Optional.empty());
        });
        Awaitility.await().until(() -> written.get() == SentBody.CAPACITY);
        while (!slow.bytes.isDone()) {
            slow.subscription.request(1);
            assertThat(written.get() - slow.size()).isLessThanOrEqualTo(2 * SentBody.CAPACITY);
            Thread.onSpinWait();
        }
        guest.get();
        assertThat(slow.bytes.get()).hasSize(total);
    }

    @Test
    void aReaderThatGoesAwayClosesTheStream() {
        HttpExchange exchange = HttpExchange.of(io, head(), HttpBody.empty(), collected);
        OutgoingResponse response = response();
        OutgoingBody out = ok(response.body());
        WasiOutputStream stream = ok(out.write());
        types.setResponse(exchange.responseOut(), Result.ok(response));
        collected.subscription.cancel();
        assertThat(stream.checkWrite()).isEqualTo(Result.err(StreamError.CLOSED));
        assertThat(stream.subscribe().ready()).isTrue();
    }

    @Test
    void theContentLengthIsKept() {
        OutgoingResponse tooMuch = response("3");
        OutgoingBody out = ok(tooMuch.body());
        WasiOutputStream stream = ok(out.write());
        Result<Void, StreamError> written = stream.write(MemorySegment.ofArray(new byte[4]));
        StreamError error = ((Result.Err<Void, StreamError>) written).error();
        assertThat(types.httpErrorCode(((StreamError.LastOperationFailed) error).error()))
                .contains(new HttpErrorCode.HttpResponseBodySize(Optional.of(4L)));
        stream.drop();
        assertThat(types.finishOutgoingBody(out, Optional.empty()))
                .isEqualTo(Result.err(new HttpErrorCode.HttpResponseBodySize(Optional.of(4L))));

        OutgoingBody tooLittle = ok(response("3").body());
        assertThat(types.finishOutgoingBody(tooLittle, Optional.empty()))
                .isEqualTo(Result.err(new HttpErrorCode.HttpResponseBodySize(Optional.of(0L))));
    }

    @Test
    void whatTheGuestLeavesUndoneIsToldToTheServer() {
        HttpExchange unanswered = HttpExchange.of(io, head(), HttpBody.empty(), collected);
        unanswered.responseOut().drop();
        assertThatThrownBy(collected.status::get)
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("gave no response");

        Collected second = new Collected(1);
        HttpExchange unfinished = HttpExchange.of(io, head(), HttpBody.empty(), second);
        OutgoingResponse response = response();
        ok(response.body());
        types.setResponse(unfinished.responseOut(), Result.ok(response));
        io.close();
        assertThatThrownBy(second.bytes::get).hasMessageContaining("unfinished");
        assertThat(io.handles()).isZero();
    }

    /** A body that counts what was asked for. */
    private static class Counting implements Flow.Publisher<ByteBuffer>, Flow.Subscription {
        final AtomicInteger asked = new AtomicInteger();
        final CompletableFuture<Void> cancelled = new CompletableFuture<>();
        Flow.Subscriber<? super ByteBuffer> to;

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            to = subscriber;
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long count) {
            asked.addAndGet((int) count);
        }

        @Override
        public void cancel() {
            cancelled.complete(null);
        }
    }

    @Test
    void readsGrantTheCredit() {
        Counting source = new Counting();
        CompletableFuture<List<HttpField>> trailers = new CompletableFuture<>();
        HttpExchange exchange =
                HttpExchange.of(io, head(), new HttpBody(source, trailers, OptionalLong.empty()), collected);
        IncomingBody body = ok(exchange.request().consume());
        WasiInputStream in = ok(body.stream());
        assertThat(source.asked).hasValue(0);
        assertThat(bytes(in.read(10))).isEmpty();
        assertThat(source.asked).hasValue(ReceivedBody.WINDOW);
        source.to.onNext(ByteBuffer.wrap(new byte[100]));
        assertThat(bytes(in.read(60))).hasSize(60);
        assertThat(source.asked).hasValue(ReceivedBody.WINDOW);
        assertThat(bytes(in.read(60))).hasSize(40);
        assertThat(source.asked).hasValue(ReceivedBody.WINDOW + 1);

        assertThatThrownBy(() -> types.finishIncomingBody(body)).isInstanceOf(WasmTrap.class);
        in.drop();
        FutureTrailers future = types.finishIncomingBody(body);
        assertThat(future.get()).isEmpty();
        source.to.onNext(ByteBuffer.wrap(new byte[100]));
        assertThat(source.asked.get())
                .as("goes on to the end, for the trailers")
                .isGreaterThan(ReceivedBody.WINDOW + 1);
        trailers.complete(List.of(new HttpField("t", new byte[] {'v'})));
        source.to.onComplete();
        assertThat(future.subscribe().ready()).isTrue();
        var got = ok(ok(future.get().orElseThrow()));
        assertThat(got.orElseThrow().get("T")).containsExactly(new byte[] {'v'});
        assertThat(future.get()).contains(Result.err(null));
    }

    @Test
    void abodyThatIsNotWantedIsCancelledAndOneThatBreaksOffSaysWhy() {
        Counting first = new Counting();
        HttpExchange.of(io, head(), body(first), collected).request().drop();
        assertThat(first.cancelled).isCompleted();

        Counting second = new Counting();
        IncomingBody body = ok(
                HttpExchange.of(io, head(), body(second), collected).request().consume());
        WasiInputStream in = ok(body.stream());
        in.read(1);
        second.to.onError(new HttpFailure(new HttpErrorCode.ConnectionTerminated()));
        Result<MemorySegment, StreamError> result = in.blockingRead(1);
        StreamError error = ((Result.Err<MemorySegment, StreamError>) result).error();
        assertThat(types.httpErrorCode(((StreamError.LastOperationFailed) error).error()))
                .contains(new HttpErrorCode.ConnectionTerminated());
    }

    private static HttpBody body(Flow.Publisher<ByteBuffer> chunks) {
        return new HttpBody(chunks, new CompletableFuture<>(), OptionalLong.empty());
    }

    @Test
    void aBodyThatStopsComingTimesOut() throws Exception {
        ReceivedBody source = new ReceivedBody(body(new Counting()), io.signal(), Duration.ofMillis(30), () -> {});
        io.await(source);
        assertThatThrownBy(() -> source.read(1)).hasMessageContaining("ConnectionReadTimeout");
    }

    @Test
    void theFirstReadWaitsForWhatIsOnItsWay() {
        Counting source = new Counting() {
            @Override
            public void request(long count) {
                if (asked.getAndAdd((int) count) == 0) {
                    var _ = Thread.ofVirtual().start(() -> to.onNext(ByteBuffer.wrap(new byte[] {2})));
                }
            }
        };
        WasiInputStream in = ok(ok(
                HttpExchange.of(io, head(), body(source), collected).request().consume())
                .stream());
        assertThat(bytes(in.read(10))).containsExactly(2);
        assertThat(bytes(in.read(10))).as("only the first one waits").isEmpty();
    }
}
