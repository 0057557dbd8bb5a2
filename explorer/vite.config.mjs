import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that the page also works below a path of a proxy.
  base: './',
  build: {
    // Icons and fonts stay files: a strict content policy then needs no exception for them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
    },
  },
});
