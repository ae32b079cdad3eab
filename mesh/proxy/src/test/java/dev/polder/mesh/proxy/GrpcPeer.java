package dev.polder.mesh.proxy;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A server of grpc-java whose messages are bytes, and what its clients call. */
final class GrpcPeer implements AutoCloseable {

    static final Metadata.Key<String> TE_WAS = Metadata.Key.of("te-was", Metadata.ASCII_STRING_MARSHALLER);

    static final MethodDescriptor<byte[], byte[]> UNARY = method("Unary", MethodDescriptor.MethodType.UNARY);
    static final MethodDescriptor<byte[], byte[]> HOLD = method("Hold", MethodDescriptor.MethodType.UNARY);
    static final MethodDescriptor<byte[], byte[]> FAIL = method("Fail", MethodDescriptor.MethodType.UNARY);
    static final MethodDescriptor<byte[], byte[]> FLOOD = method("Flood", MethodDescriptor.MethodType.SERVER_STREAMING);
    static final MethodDescriptor<byte[], byte[]> CHAT = method("Chat", MethodDescriptor.MethodType.BIDI_STREAMING);
    static final MethodDescriptor<byte[], byte[]> SINK = method("Sink", MethodDescriptor.MethodType.CLIENT_STREAMING);

    private static final byte[] MESSAGE = new byte[16 * 1024];

    final AtomicLong sent = new AtomicLong();
    final AtomicLong received = new AtomicLong();
    final AtomicInteger most = new AtomicInteger();
    final CountDownLatch released = new CountDownLatch(1);
    final Map<SocketAddress, AtomicInteger> calls = new ConcurrentHashMap<>();
    volatile @Nullable ServerCallStreamObserver<byte[]> sink;
    final Server server;

    GrpcPeer(UnaryOperator<NettyServerBuilder> settings) {
        try {
            server = settings.apply(NettyServerBuilder.forAddress(TestMesh.loopback(0)))
                    .addService(ServerInterceptors.intercept(service(), new Watch()))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getPort();
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream in) {
                try {
                    return in.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        return MethodDescriptor.newBuilder(bytes, bytes)
                .setType(type)
                .setFullMethodName("polder.Test/" + name)
                .build();
    }

    private BindableService service() {
        return () -> ServerServiceDefinition.builder("polder.Test")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall(GrpcPeer::echo))
                .addMethod(HOLD, ServerCalls.asyncUnaryCall((message, to) -> {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    echo(message, to);
                }))
                .addMethod(
                        FAIL,
                        ServerCalls.asyncUnaryCall((message, to) -> to.onError(Status.FAILED_PRECONDITION
                                .withDescription(new String(message, StandardCharsets.UTF_8))
                                .asRuntimeException())))
                .addMethod(FLOOD, ServerCalls.asyncServerStreamingCall((message, to) -> flood(to)))
                .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(GrpcPeer::chat))
                .addMethod(SINK, ServerCalls.asyncClientStreamingCall(this::sink))
                .build();
    }

    private static void echo(byte[] message, StreamObserver<byte[]> to) {
        to.onNext(message);
        to.onCompleted();
    }

    /** Sends for ever, as fast as it is taken. */
    private void flood(StreamObserver<byte[]> to) {
        ServerCallStreamObserver<byte[]> out = (ServerCallStreamObserver<byte[]>) to;
        out.setOnCancelHandler(() -> {});
        out.setOnReadyHandler(() -> {
            while (out.isReady() && !out.isCancelled()) {
                out.onNext(MESSAGE);
                sent.addAndGet(MESSAGE.length);
            }
        });
    }

    private static StreamObserver<byte[]> chat(StreamObserver<byte[]> to) {
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] message) {
                to.onNext(message);
            }

            @Override
            public void onError(Throwable failure) {
                to.onError(failure);
            }

            @Override
            public void onCompleted() {
                to.onCompleted();
            }
        };
    }

    /** Takes no more messages than it is told to. */
    private StreamObserver<byte[]> sink(StreamObserver<byte[]> to) {
        ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) to;
        call.disableAutoRequest();
        sink = call;
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] message) {
                received.addAndGet(message.length);
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                echo(Long.toString(received.get()).getBytes(StandardCharsets.UTF_8), to);
            }
        };
    }

    /** Counts the calls under way of each connection. */
    private final class Watch implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            SocketAddress from =
                    java.util.Objects.requireNonNull(call.getAttributes().get(io.grpc.Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            AtomicInteger of = calls.computeIfAbsent(from, address -> new AtomicInteger());
            most.accumulateAndGet(of.incrementAndGet(), Math::max);
            return next.startCall(
                    new io.grpc.ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                        @Override
                        public void close(Status status, Metadata trailers) {
                            of.decrementAndGet();
                            trailers.put(TE_WAS, "seen");
                            super.close(status, trailers);
                        }
                    },
                    headers);
        }
    }

    /** One call by a client of grpc-java. */
    static ClientCall<byte[], byte[]> call(Channel channel, MethodDescriptor<byte[], byte[]> method) {
        return channel.newCall(
                method, CallOptions.DEFAULT.withDeadlineAfter(20, java.util.concurrent.TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        released.countDown();
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
