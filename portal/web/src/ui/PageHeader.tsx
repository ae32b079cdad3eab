import { useEffect, useRef, type ReactNode } from 'react';
import './page.css';

let firstPage = true;

interface Props {
  title: string;
  /** Shown in the browser's tab when it should differ from the heading. */
  tab?: string;
  lead?: ReactNode;
  before?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/**
 * The one h1 of a page. After a navigation it takes the focus, so that a keyboard or screen-reader user starts where
 * the new content starts.
 */
export function PageHeader({ title, tab, lead, before, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab ?? title} · Polder`;
  }, [tab, title]);
  useEffect(() => {
    if (firstPage) firstPage = false;
    else heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="page-header">
      <div className="page-title">
        {before}
        <div className="page-title-text">
          <h1 ref={heading} tabIndex={-1} className="break">
            {title}
          </h1>
          {lead && <div className="dim small">{lead}</div>}
        </div>
        {actions && <div className="row row-wrap push">{actions}</div>}
      </div>
      {children}
    </header>
  );
}
