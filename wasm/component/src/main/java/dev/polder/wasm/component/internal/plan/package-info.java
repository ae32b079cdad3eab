/** From definitions to one flat list of steps: linking inside a component, matching of imports, instantiation. */
@NullMarked
package dev.polder.wasm.component.internal.plan;

import org.jspecify.annotations.NullMarked;
