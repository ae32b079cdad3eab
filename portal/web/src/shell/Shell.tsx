import { Suspense, useState, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { Loading } from '../ui/Loading';
import { useKeys } from '../ui/useKeys';
import { Palette } from './Palette';
import { usePaletteKey } from './palette-key';
import { PageGuard } from './PageGuard';
import { Rail } from './Rail';
import { Shortcuts } from './Shortcuts';
import { Toasts } from './Toasts';
import { TopBar } from './TopBar';
import './shell.css';

/** The frame: rail, top bar, content; and what floats above them. */
export function Shell({ children }: { children: ReactNode }) {
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const { pathname } = useLocation();
  usePaletteKey(() => {
    setPalette(true);
  });
  useKeys({
    '?': () => {
      setShortcuts(true);
    },
  });
  return (
    <div className="app">
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <Rail />
      <div className="app-main">
        <TopBar
          onSearch={() => {
            setPalette(true);
          }}
        />
        <main id="content" tabIndex={-1}>
          <PageGuard path={pathname}>
            <Suspense
              fallback={
                <div className="page">
                  <Loading what="Loading the page" />
                </div>
              }
            >
              {children}
            </Suspense>
          </PageGuard>
        </main>
      </div>
      <Palette
        opened={palette}
        onClose={() => {
          setPalette(false);
        }}
        onShortcuts={() => {
          setShortcuts(true);
        }}
      />
      <Shortcuts
        opened={shortcuts}
        onClose={() => {
          setShortcuts(false);
        }}
      />
      <Toasts />
    </div>
  );
}
