interface Box {
  position: { x: number; y: number };
  width?: number;
  height?: number;
}

/** Kept free around what is shown, in pixels of the screen. */
const MARGIN = 24;

/**
 * The part of a graph that is shown first where all of it would be too small to read: the entity itself, and left of it as
 * many whole columns as have place, so that it begins with a column and not within one. In React Flow's words: the place
 * of the graph's origin in the window.
 *
 * @param nodes of the graph, at least the entity
 * @param focus the entity
 * @param view the window in pixels
 */
export function startView(
  nodes: readonly Box[],
  focus: Box,
  view: { width: number; height: number },
  zoom: number,
): { x: number; y: number; zoom: number } {
  const wide = (view.width - 2 * MARGIN) / zoom;
  const high = (view.height - 2 * MARGIN) / zoom;
  const left = Math.min(...nodes.map((n) => n.position.x));
  const right = Math.max(...nodes.map((n) => n.position.x + (n.width ?? 0)));
  const top = Math.min(...nodes.map((n) => n.position.y));
  const bottom = Math.max(...nodes.map((n) => n.position.y + (n.height ?? 0)));

  const columns = [...new Set(nodes.map((n) => n.position.x))].sort((a, b) => a - b);
  const end = focus.position.x + (focus.width ?? 0);
  const next = Math.min(
    ...nodes.filter((n) => n.position.x >= end).map((n) => n.position.x + (n.width ?? 0)),
    Number.MAX_VALUE,
  );
  const from = (until: number) => columns.find((x) => x <= focus.position.x && until - x <= wide);
  const x = right - left <= wide ? left - (wide - (right - left)) / 2 : (from(next) ?? from(end) ?? focus.position.x);

  const middle = focus.position.y + (focus.height ?? 0) / 2 - high / 2;
  const y = bottom - top <= high ? top - (high - (bottom - top)) / 2 : Math.min(Math.max(middle, top), bottom - high);
  return { x: MARGIN - x * zoom, y: MARGIN - y * zoom, zoom };
}
