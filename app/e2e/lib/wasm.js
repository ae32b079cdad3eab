// Small core modules by hand (Wasm core spec, section 5.5), each with one fault or none.
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const leb = n => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...leb(n >>> 7)]);
const section = (id, ...bytes) => [id, ...leb(bytes.length), ...bytes];
const name = text => [text.length, ...Buffer.from(text)];

/** A WASI command: its memory and the body of _start. */
const command = (pages, ...body) =>
  Buffer.from([
    ...header,
    ...section(1, 1, 0x60, 0, 0), // type: () -> ()
    ...section(3, 1, 0), // one function of that type
    ...section(5, 1, 0, ...leb(pages)), // one memory
    ...section(7, 2, ...name('memory'), 2, 0, ...name('_start'), 0, 0),
    ...section(10, 1, ...leb(body.length + 2), 0, ...body, 0x0b),
  ]);

export const empty = command(1);
export const loops = command(1, 0x03, 0x40, 0x0c, 0x00, 0x0b); // loop br 0 end
export const trapsNowhere = command(1, 0x00); // unreachable
export const wantsFourGiB = command(65_536);
