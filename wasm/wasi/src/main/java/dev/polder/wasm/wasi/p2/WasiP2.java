package dev.polder.wasm.wasi.p2;

import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.wasi.p2.cli.Environment;
import dev.polder.wasm.wasi.p2.cli.Exit;
import dev.polder.wasm.wasi.p2.cli.StandardStreams;
import dev.polder.wasm.wasi.p2.cli.Terminals;
import dev.polder.wasm.wasi.p2.clocks.MonotonicClock;
import dev.polder.wasm.wasi.p2.clocks.WallClock;
import dev.polder.wasm.wasi.p2.filesystem.DirectoryEntryStream;
import dev.polder.wasm.wasi.p2.filesystem.FileDescriptor;
import dev.polder.wasm.wasi.p2.filesystem.FilesystemTypes;
import dev.polder.wasm.wasi.p2.filesystem.Preopens;
import dev.polder.wasm.wasi.p2.http.Fields;
import dev.polder.wasm.wasi.p2.http.FutureIncomingResponse;
import dev.polder.wasm.wasi.p2.http.FutureTrailers;
import dev.polder.wasm.wasi.p2.http.HttpTypes;
import dev.polder.wasm.wasi.p2.http.IncomingBody;
import dev.polder.wasm.wasi.p2.http.IncomingRequest;
import dev.polder.wasm.wasi.p2.http.IncomingResponse;
import dev.polder.wasm.wasi.p2.http.OutgoingBody;
import dev.polder.wasm.wasi.p2.http.OutgoingHandler;
import dev.polder.wasm.wasi.p2.http.OutgoingRequest;
import dev.polder.wasm.wasi.p2.http.OutgoingResponse;
import dev.polder.wasm.wasi.p2.http.RequestOptions;
import dev.polder.wasm.wasi.p2.http.ResponseOutparam;
import dev.polder.wasm.wasi.p2.io.IoError;
import dev.polder.wasm.wasi.p2.io.Poll;
import dev.polder.wasm.wasi.p2.io.Pollable;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import dev.polder.wasm.wasi.p2.random.InsecureRandom;
import dev.polder.wasm.wasi.p2.random.InsecureSeed;
import dev.polder.wasm.wasi.p2.random.SecureRandom;
import dev.polder.wasm.wasi.p2.sockets.CreateSocket;
import dev.polder.wasm.wasi.p2.sockets.IncomingDatagramStream;
import dev.polder.wasm.wasi.p2.sockets.InstanceNetwork;
import dev.polder.wasm.wasi.p2.sockets.IpNameLookup;
import dev.polder.wasm.wasi.p2.sockets.Network;
import dev.polder.wasm.wasi.p2.sockets.NetworkFunctions;
import dev.polder.wasm.wasi.p2.sockets.OutgoingDatagramStream;
import dev.polder.wasm.wasi.p2.sockets.ResolveAddressStream;
import dev.polder.wasm.wasi.p2.sockets.TcpSocket;
import dev.polder.wasm.wasi.p2.sockets.UdpSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * WASI 0.2 as host interfaces: all of {@code wasi:cli/command} and {@code wasi:http/proxy} but what is unstable. Their
 * objects are those of {@link WasiP2Services}. Source: the WIT packages of WASI 0.2.12.
 */
public final class WasiP2 {

    /** The newest version implemented. */
    public static final String VERSION = "0.2.12";

    private static final List<HostInterface> INTERFACES = all();

    private WasiP2() {}

    /** Of an interface that has resources only. */
    public static final class NoFunctions {
        static final NoFunctions INSTANCE = new NoFunctions();

        private NoFunctions() {}
    }

    /** The same list always. */
    public static List<HostInterface> interfaces() {
        return INTERFACES;
    }

    private static HostInterface of(String name, Class<?> functions) {
        return HostInterface.of("wasi:" + name, VERSION, functions);
    }

    private static HostInterface of(String name, String resource, Class<? extends HostResource> type) {
        return of(name, NoFunctions.class).resource(resource, type);
    }

    private static List<HostInterface> all() {
        List<HostInterface> all = new ArrayList<>();
        all.addAll(basics());
        all.addAll(cli());
        all.addAll(sockets());
        all.addAll(http());
        return List.copyOf(all);
    }

    private static List<HostInterface> basics() {
        return List.of(
                of("io/error", "error", IoError.class),
                of("io/poll", Poll.class).resource("pollable", Pollable.class),
                of("io/streams", "input-stream", WasiInputStream.class)
                        .resource("output-stream", WasiOutputStream.class),
                of("clocks/monotonic-clock", MonotonicClock.class),
                of("clocks/wall-clock", WallClock.class),
                of("random/random", SecureRandom.class),
                of("random/insecure", InsecureRandom.class),
                of("random/insecure-seed", InsecureSeed.class),
                of("filesystem/preopens", Preopens.class),
                of("filesystem/types", FilesystemTypes.class)
                        .resource("descriptor", FileDescriptor.class)
                        .resource("directory-entry-stream", DirectoryEntryStream.class));
    }

    private static List<HostInterface> cli() {
        return List.of(
                of("cli/environment", Environment.class),
                of("cli/exit", Exit.class),
                of("cli/stdin", StandardStreams.class),
                of("cli/stdout", StandardStreams.class),
                of("cli/stderr", StandardStreams.class),
                of("cli/terminal-input", "terminal-input", Terminals.Input.class),
                of("cli/terminal-output", "terminal-output", Terminals.Output.class),
                of("cli/terminal-stdin", Terminals.class),
                of("cli/terminal-stdout", Terminals.class),
                of("cli/terminal-stderr", Terminals.class));
    }

    private static List<HostInterface> sockets() {
        return List.of(
                of("sockets/network", NetworkFunctions.class).resource("network", Network.class),
                of("sockets/instance-network", InstanceNetwork.class),
                of("sockets/ip-name-lookup", IpNameLookup.class)
                        .resource("resolve-address-stream", ResolveAddressStream.class),
                of("sockets/tcp", "tcp-socket", TcpSocket.class),
                of("sockets/tcp-create-socket", CreateSocket.class),
                of("sockets/udp", "udp-socket", UdpSocket.class)
                        .resource("incoming-datagram-stream", IncomingDatagramStream.class)
                        .resource("outgoing-datagram-stream", OutgoingDatagramStream.class),
                of("sockets/udp-create-socket", CreateSocket.class));
    }

    private static List<HostInterface> http() {
        return List.of(
                of("http/outgoing-handler", OutgoingHandler.class),
                of("http/types", HttpTypes.class)
                        .resource("fields", Fields.class)
                        .resource("incoming-request", IncomingRequest.class)
                        .resource("outgoing-request", OutgoingRequest.class)
                        .resource("request-options", RequestOptions.class)
                        .resource("response-outparam", ResponseOutparam.class)
                        .resource("incoming-response", IncomingResponse.class)
                        .resource("incoming-body", IncomingBody.class)
                        .resource("future-trailers", FutureTrailers.class)
                        .resource("outgoing-response", OutgoingResponse.class)
                        .resource("outgoing-body", OutgoingBody.class)
                        .resource("future-incoming-response", FutureIncomingResponse.class));
    }
}
