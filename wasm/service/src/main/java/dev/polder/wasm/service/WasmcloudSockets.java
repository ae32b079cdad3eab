package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.wasi.p2.WasiP2Config;
import dev.polder.wasm.wasi.p2.sockets.Loopback;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What is special to the sockets of a wasmCloud workload: 127.0.0.1 is the workload's own, where its service is, names
 * are looked up only as {@code allowedIpNameLookups} says, and names below {@code wasmcloud.internal} never leave the
 * process. Source: wasmCloud's reserved names.
 */
final class WasmcloudSockets {

    /** What the machine's own 127.0.0.1 is called; no other program is bound to it. */
    static final String MACHINE = "127.255.255.254";

    private static final String ZONE = "wasmcloud.internal";
    private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");

    private WasmcloudSockets() {}

    static UnaryOperator<WasiP2Config> of(WorkloadRef workload, List<String> allowedNames) {
        InetAddress machine = InetAddress.ofLiteral(MACHINE);
        Loopback loopback = new Loopback(address(workload), machine, name -> switch (kind(name)) {
            case SERVICE -> LOCALHOST;
            case HOST -> machine;
            case OTHER -> null;
        });
        return config -> config.withLoopback(loopback).withLookups(name -> mayLookUp(name, allowedNames));
    }

    private enum Name {
        SERVICE,
        HOST,
        OTHER
    }

    private static Name kind(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        if (small.equals("host." + ZONE)) {
            return Name.HOST;
        }
        return small.equals("service." + ZONE) || small.matches("[a-z0-9_-]+\\.svc\\.wasmcloud\\.internal")
                ? Name.SERVICE
                : Name.OTHER;
    }

    private static boolean mayLookUp(String name, List<String> allowed) {
        String asked = name.toLowerCase(Locale.ROOT);
        if (asked.equals(ZONE) || asked.endsWith("." + ZONE)) {
            return false; // nobody else answers for these
        }
        return asked.equals("localhost")
                || allowed.stream()
                        .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                        .anyMatch(pattern -> pattern.equals("*")
                                || pattern.equals(asked)
                                || (pattern.startsWith("*.") && asked.endsWith(pattern.substring(1))));
    }

    /** In 127.128.0.0/9, apart from the addresses that the mesh gives to workloads; the same after every start. */
    static InetAddress address(WorkloadRef workload) {
        byte[] hash = Digest.sha256().digest(("loopback of " + workload).getBytes(StandardCharsets.UTF_8));
        int last = 1 + (hash[2] & 0xff) % 254;
        return InetAddress.ofLiteral("127." + (128 | (hash[0] & 0x7f)) + "." + (hash[1] & 0xff) + "." + last);
    }
}
