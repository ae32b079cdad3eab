/** Tests of the triggers, against real servers where there are some. */
package dev.polder.wasm.event;
