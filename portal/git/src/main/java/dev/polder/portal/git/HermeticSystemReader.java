package dev.polder.portal.git;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps git's settings of the machine and of its user away from our repositories: a server must behave the same
 * whoever started it, and looking for the system's settings would fork a process.
 */
final class HermeticSystemReader extends SystemReader.Delegate {

    HermeticSystemReader(SystemReader delegate) {
        super(delegate);
    }

    static synchronized void install() {
        if (!(SystemReader.getInstance() instanceof HermeticSystemReader)) {
            SystemReader.setInstance(new HermeticSystemReader(SystemReader.getInstance()));
        }
    }

    @Override
    public @Nullable String getenv(String variable) {
        return variable.startsWith("GIT_") || variable.equals(Constants.XDG_CONFIG_HOME)
                ? null
                : super.getenv(variable);
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    /** A settings file that is empty and stays so. */
    private static final class Nothing extends FileBasedConfig {
        Nothing(@Nullable Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {
            // there is nothing to load
        }

        @Override
        public void save() {
            // JGit keeps measured file-system times here; they are measured again at the next start
        }

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
