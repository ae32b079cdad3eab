/** The only place where two pillars meet. Each class joins two of them and holds no logic of its own craft. */
@NullMarked
package dev.polder.app.bridge;

import org.jspecify.annotations.NullMarked;
