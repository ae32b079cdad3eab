package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.internal.FolderEntries;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The resource {@code directory-entry-stream}: entries in the order of their names, as they were when it was made. */
public final class DirectoryEntryStream extends Resource {

    private final Iterator<FolderEntries.Entry> entries;

    DirectoryEntryStream(GuestIo io, List<FolderEntries.Entry> entries) {
        super(io);
        this.entries = entries.iterator();
    }

    /** The next entry; none at the end. */
    @Wit("read-directory-entry")
    public Result<Optional<DirectoryEntry>, FilesystemErrorCode> readDirectoryEntry() {
        if (!entries.hasNext()) {
            return Result.ok(Optional.empty());
        }
        FolderEntries.Entry entry = entries.next();
        return Result.ok(Optional.of(new DirectoryEntry(DescriptorType.of(entry.stat()), entry.name())));
    }
}
