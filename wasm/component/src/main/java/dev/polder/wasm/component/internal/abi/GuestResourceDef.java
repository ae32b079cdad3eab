package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ResourceType;

/**
 * A resource type that a component instance defines; its representation is an i32.
 *
 * @param instance index of the component instance that defines it
 * @param destructor slot of its destructor in {@link ComponentState}, -1 for none
 */
public record GuestResourceDef(ResourceType type, int instance, int destructor) {}
