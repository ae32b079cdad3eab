package dev.polder.wasm.registry;

/** How to pull. */
public record PullOptions(PullPolicy policy, PullLimits limits, TransferListener listener) {

    public static final PullOptions DEFAULT =
            new PullOptions(PullPolicy.IF_NOT_PRESENT, PullLimits.DEFAULT, TransferListener.NONE);

    public PullOptions withPolicy(PullPolicy to) {
        return new PullOptions(to, limits, listener);
    }

    public PullOptions withLimits(PullLimits to) {
        return new PullOptions(policy, to, listener);
    }

    public PullOptions withListener(TransferListener to) {
        return new PullOptions(policy, limits, to);
    }
}
