import js from '@eslint/js';
import graphql from '@graphql-eslint/eslint-plugin';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'data/',
      'src/api/generated/',
      'client/generated/',
      'coverage/',
      'explorer/dist/',
    ],
  },
  ...[js.configs.recommended, ...tseslint.configs.strict].map((config) => ({
    files: ['**/*.{js,mjs,cjs,ts,tsx}'],
    ...config,
  })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
        URL: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // The Relay cursor specification, held to the schema as it is served: most of it is derived.
    files: ['schema.generated.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schema.generated.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      '@graphql-eslint/relay-page-info': 'error',
      '@graphql-eslint/relay-connection-types': 'error',
      '@graphql-eslint/relay-edge-types': [
        'error',
        {
          withEdgeSuffix: true,
          // Rows are found by their mart and filters; there is no `node(id:)` to make a Node of use.
          shouldImplementNode: false,
          // `nodes` beside `edges` is a list too, as in the API's contract.
          listTypeCanWrapOnlyEdgeType: false,
        },
      ],
      // Groups and runs of the refresh are paged forwards alone: both ways are not asked of them.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
    },
  },
  {
    // One reader of the environment: everything else takes the validated configuration. One file removes
    // what must not reach the embedded server.
    files: ['src/**/*.ts'],
    ignores: ['src/config/config.ts', 'src/ground/database/embedded/libpqVariables.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only src/config/config.ts reads the environment.',
        },
      ],
    },
  },
);
