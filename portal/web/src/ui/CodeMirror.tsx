import { defaultKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  syntaxHighlighting,
} from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { Language } from './CodeView';
import './code.css';

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--p-accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--p-good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--p-notice)' },
  { tag: tags.comment, color: 'var(--p-text-3)' },
  { tag: tags.keyword, color: 'var(--p-accent)' },
]);

const LANGUAGES: Record<Language, Extension[]> = { yaml: [yaml()], json: [json()], text: [] };

export default function CodeMirror({ text, language, label }: { text: string; language: Language; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current) return;
    const view = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          foldGutter(),
          codeFolding(),
          drawSelection(),
          bracketMatching(),
          highlightSelectionMatches(),
          search({ top: true }),
          keymap.of([...defaultKeymap, ...searchKeymap, ...foldKeymap]),
          syntaxHighlighting(colours),
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true' }),
          ...LANGUAGES[language],
        ],
      }),
    });
    // The scroller must be reachable by keyboard, and it is named like its content.
    view.scrollDOM.tabIndex = 0;
    view.scrollDOM.setAttribute('role', 'region');
    view.scrollDOM.setAttribute('aria-label', `${label}, scrollable`);
    return () => {
      view.destroy();
    };
  }, [text, language, label]);
  return <div ref={box} className="code-view" />;
}
