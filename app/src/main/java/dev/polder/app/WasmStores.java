package dev.polder.app;

import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.Authorities;
import dev.polder.wasm.capability.StoreLocation;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes places of stores of {@code wasm.stores}. */
final class WasmStores {

    private WasmStores() {}

    /**
     * Reads the secrets and checks the addresses; connects to nothing.
     *
     * @param authorities who vouches for the servers
     * @throws Problem INVALID that names the entry
     */
    static Map<String, StoreLocation> of(List<PolderConfig.Wasm.Store> stores, Authorities authorities) {
        Map<String, StoreLocation> locations = new LinkedHashMap<>();
        for (PolderConfig.Wasm.Store store : stores) {
            String where = "wasm.stores \"" + store.name() + "\": ";
            if (locations.containsKey(store.name())) {
                throw Problem.invalid(where + "it is there twice (expected: once)");
            }
            try {
                locations.put(store.name(), location(store, authorities));
            } catch (Problem e) {
                throw Problem.invalid(where + e.detail());
            } catch (IllegalArgumentException e) {
                throw Problem.invalid(where + "the address (expected: a URL)");
            }
        }
        return locations;
    }

    private static StoreLocation location(PolderConfig.Wasm.Store store, Authorities authorities) {
        String address = store.address();
        if (address != null && address.indexOf('@') >= 0) {
            throw Problem.invalid("the address holds a user or password (expected: user and passwordFile)");
        }
        String user = or(store.user(), "");
        String password = store.password().reveal();
        return switch (store.type()) {
            case null -> throw Problem.invalid("no type (expected: embedded, redis, nats or s3)");
            case EMBEDDED -> new StoreLocation.Embedded();
            case REDIS -> new StoreLocation.Redis(or(address, ""), user, password, store.shared(), authorities);
            case NATS ->
                new StoreLocation.Nats(
                        or(address, ""), user, password, or(store.bucket(), "polder"), store.shared(), authorities);
            case S3 ->
                new StoreLocation.S3(
                        address == null ? null : URI.create(address),
                        or(store.region(), "us-east-1"),
                        or(store.bucket(), ""),
                        or(store.prefix(), ""),
                        user,
                        password,
                        store.shared(),
                        authorities);
        };
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
