package dev.polder.wasm.wasi.p2.sockets;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a name. For any thread; may block. */
@FunctionalInterface
public interface NameResolver {

    /** The machine's own. */
    NameResolver SYSTEM = name -> List.of(InetAddress.getAllByName(name));

    /** All addresses, one or more. */
    List<InetAddress> resolve(String name) throws UnknownHostException;

    /** The addresses of a name, or the address that the name is. */
    default List<InetAddress> resolveOrParse(String name) throws UnknownHostException {
        InetAddress literal = HostPattern.literal(name).orElse(null);
        List<InetAddress> found = literal == null ? resolve(name) : List.of(literal);
        return found.stream().map(AddressKind::plain).distinct().toList();
    }
}
