import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.css';
import './theme/tokens.css';
import './theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';

const root = document.getElementById('polder');
if (!root) throw new Error('index.html has no element "polder"');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
