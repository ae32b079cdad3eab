package dev.polder.kernel.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteResourceStoreIT extends ResourceStoreContract {

    @TempDir
    Path folder;

    @Override
    Database openEmpty() {
        return SqliteDatabase.open(folder.resolve("polder.db"));
    }
}
