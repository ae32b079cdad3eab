package dev.polder.kernel.store;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The child of {@link KilledProcessIT}: applies resources and writes the name of each that was acknowledged. */
final class ApplyThousand {

    static final int COUNT = 1_000;

    private ApplyThousand() {}

    public static void main(String[] arguments) throws Exception {
        try (Store store = Store.open(Path.of(arguments[0]));
                FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            for (int i = 0; i < COUNT; i++) {
                String name = "app-" + i;
                store.resources().apply(ResourceStoreContract.app(name, i));
                out.write((name + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
