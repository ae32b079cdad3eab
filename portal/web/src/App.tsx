import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { ApiError } from './api/problem';
import { PAGES } from './pages';
import { NotFound } from './shell/NotFound';
import { SIGN_IN } from './shell/session';
import { SessionGate } from './shell/SessionGate';
import { Shell } from './shell/Shell';
import { theme, variables } from './theme/theme';

const Home = lazy(PAGES.home);
const Catalog = lazy(PAGES.catalog);
const EntityPage = lazy(PAGES.entity);
const Templates = lazy(PAGES.create);
const Wizard = lazy(PAGES.wizard);
const Tasks = lazy(PAGES.tasks);
const TaskPage = lazy(PAGES.task);
const Mesh = lazy(PAGES.mesh);
const Wasm = lazy(PAGES.wasm);
const Evidence = lazy(PAGES.evidence);
const Settings = lazy(PAGES.settings);
const Search = lazy(PAGES.search);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What the server refused stays refused; what it could not do just now is tried twice more.
      retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || error.retryable),
      refetchOnWindowFocus: true,
    },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <SessionGate>
            <Shell>
              <Routes>
                <Route path="/" element={<Home />} />
                <Route path="/catalog" element={<Catalog />} />
                <Route path="/catalog/:namespace/:kind/:name/:tab?" element={<EntityPage />} />
                <Route path="/create" element={<Templates />} />
                <Route path="/create/templates/:namespace/:name" element={<Wizard />} />
                <Route path="/create/tasks" element={<Tasks />} />
                <Route path="/create/tasks/:id" element={<TaskPage />} />
                <Route path="/mesh/:tab?" element={<Mesh />} />
                <Route path="/wasm/:tab?" element={<Wasm />} />
                <Route path="/evidence" element={<Evidence />} />
                <Route path="/search" element={<Search />} />
                <Route path="/settings" element={<Settings />} />
                <Route path={SIGN_IN} element={<Navigate to="/" replace />} />
                <Route path="*" element={<NotFound />} />
              </Routes>
            </Shell>
          </SessionGate>
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}
