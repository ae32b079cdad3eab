import { lazy, Suspense } from 'react';

const Rendered = lazy(() => import('./MarkdownText'));

/** Markdown without HTML; until its code is loaded the text itself is shown. */
export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<p className="break">{text}</p>}>
      <Rendered text={text} />
    </Suspense>
  );
}
