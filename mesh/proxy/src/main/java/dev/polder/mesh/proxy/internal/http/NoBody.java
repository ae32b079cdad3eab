package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.BodyReader;
import dev.polder.mesh.proxy.HttpBody;
import java.util.List;

/** The body of a message that has none. */
public final class NoBody implements HttpBody {

    public static final NoBody INSTANCE = new NoBody();

    private NoBody() {}

    @Override
    public long length() {
        return 0;
    }

    @Override
    public void read(BodyReader reader) {
        reader.onEnd(List.of());
    }

    @Override
    public void demand(long bytes) {
        // the end needs none
    }

    @Override
    public void cancel() {
        // nothing comes
    }
}
