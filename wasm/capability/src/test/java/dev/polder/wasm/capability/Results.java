package dev.polder.wasm.capability;

import dev.polder.wasm.component.Result;
import java.util.List;

/** Takes results apart in tests, and makes ways out. */
final class Results {

    private Results() {}

    static <T, E> T ok(Result<T, E> result) {
        if (result instanceof Result.Ok<T, E>(T value)) {
            return value;
        }
        throw new AssertionError("expected ok, got " + result);
    }

    static <T, E> E err(Result<T, E> result) {
        if (result instanceof Result.Err<T, E>(E error)) {
            return error;
        }
        throw new AssertionError("expected an error, got " + result);
    }

    static Outbound outbound(String... patterns) {
        return outbound(OutboundLimits.DEFAULT, patterns);
    }

    static Outbound outbound(OutboundLimits limits, String... patterns) {
        return outbound(limits, Authorities.JAVA, patterns);
    }

    static Outbound outbound(OutboundLimits limits, Authorities authorities, String... patterns) {
        return new Outbound(AllowedHosts.of(List.of(patterns), Variables.NONE, List.of()), limits, authorities);
    }
}
