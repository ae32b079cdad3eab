package dev.polder.app.config;

/** Text that is never printed: only {@link #reveal()} gives it, and only to whoever needs it. */
public record Secret(String reveal) {

    @Override
    public String toString() {
        return "(secret)";
    }
}
