@org.jspecify.annotations.NullMarked
package dev.polder.mesh.proxy;
