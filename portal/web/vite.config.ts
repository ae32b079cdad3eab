import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// In development the API comes from a running Polder or from the fixture server (npm run fixtures).
const backend = process.env['POLDER_URL'] ?? 'http://127.0.0.1:7099';

export default defineConfig({
  resolve: {
    alias: { '@rjsf/validator-ajv8': new URL('./src/create/no-validator.ts', import.meta.url).pathname },
  },
  plugins: [react()],
  server: { proxy: { '/api': { target: backend }, '/git': { target: backend } } },
  build: {
    target: 'es2022',
    manifest: true,
    // The lazy graph layout worker is large by nature; scripts/budget.mjs watches what is loaded first.
    chunkSizeWarningLimit: 1800,
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
});
