/** A request as answer() sees it. */
export class Incoming {
  #request;

  constructor(request) {
    this.#request = request;
  }

  get method() {
    const { tag, val } = this.#request.method();
    return val ?? tag.toUpperCase();
  }

  /** The path with the query, as it was sent. */
  get target() {
    return this.#request.pathWithQuery() ?? "/";
  }

  /** The first value of a header, by its name in any case. */
  header(name) {
    const [value] = this.#request.headers().get(name);
    return value && new TextDecoder().decode(value);
  }

  /** All of the body; it can be read once. */
  text() {
    const stream = this.#request.consume().stream();
    const decoder = new TextDecoder();
    let text = "";
    try {
      for (;;) {
        text += decoder.decode(stream.blockingRead(64n * 1024n), { stream: true });
      }
    } catch (error) {
      if (error.payload?.tag !== "closed") {
        throw error;
      }
    }
    return text + decoder.decode();
  }

  json() {
    return JSON.parse(this.text());
  }
}
