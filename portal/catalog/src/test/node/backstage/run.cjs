// The real Backstage backend with nothing but its catalogue. Dies with the test that started it.
const { createBackend } = require('@backstage/backend-defaults');

process.stdin.on('end', () => process.exit(0)).resume();

const backend = createBackend();
backend.add(require('@backstage/plugin-catalog-backend'));
backend.add(require('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'));
backend.start();
