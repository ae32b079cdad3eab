/** A run of text with the SGR attributes that terminals set by `ESC [ … m`. */
export interface Span {
  text: string;
  colour: string | null;
  bold: boolean;
  dim: boolean;
}

const COLOURS = ['text-3', 'critical', 'good', 'warning', 'accent', 'series-4', 'notice', 'text'];
/* eslint-disable no-control-regex -- escape sequences are what this file is about */
const ESCAPES =
  /\u001b\[([0-9;]*)m|\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0000-\u0008\u000b-\u001f]/g;

/** Splits a line into coloured runs. Colours follow our own tokens, so that they are legible in both themes. */
export function parseAnsi(line: string): Span[] {
  const spans: Span[] = [];
  let style: Omit<Span, 'text'> = { colour: null, bold: false, dim: false };
  let from = 0;
  const push = (to: number) => {
    if (to > from) spans.push({ text: line.slice(from, to), ...style });
  };
  for (const match of line.matchAll(ESCAPES)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[1] !== undefined) style = apply(style, match[1]);
  }
  push(line.length);
  return spans;
}

export function plainText(line: string): string {
  return line.replaceAll(ESCAPES, '');
}

function apply(style: Omit<Span, 'text'>, codes: string): Omit<Span, 'text'> {
  const next = { ...style };
  const list = codes === '' ? [0] : codes.split(';').map(Number);
  for (let i = 0; i < list.length; i += 1) {
    const code = list[i] ?? 0;
    if (code === 0) Object.assign(next, { colour: null, bold: false, dim: false });
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 22) Object.assign(next, { bold: false, dim: false });
    else if (code >= 30 && code <= 37) next.colour = COLOURS[code - 30] ?? null;
    else if (code >= 90 && code <= 97) next.colour = COLOURS[code - 90] ?? null;
    else if (code === 39) next.colour = null;
    else if (code === 38 || code === 48) i += list[i + 1] === 5 ? 2 : 4;
  }
  return next;
}
