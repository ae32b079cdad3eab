import { lazy, Suspense } from 'react';
import { Loading } from './Loading';

const Editor = lazy(() => import('./CodeMirror'));

export type Language = 'yaml' | 'json' | 'text';

/** Text with highlighting, search (Ctrl-F inside) and folding; the editor is loaded when it is first shown. */
export function CodeView(props: { text: string; language: Language; label: string }) {
  return (
    <Suspense fallback={<Loading what="Loading the viewer" />}>
      <Editor {...props} />
    </Suspense>
  );
}
