import { defineConfig, globalIgnores } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { importDirections } from './scripts/lint/import-directions.js';
import svelteConfig from './svelte.config.js';

const PROJECTS = [
  './tsconfig.json',
  './shared/tsconfig.json',
  './web/tsconfig.workers.json',
  './web/service-worker/tsconfig.json',
  './server/tsconfig.json',
  './tsconfig.tools.json',
  './tsconfig.tests.json'
];

const NEW_WORKER = {
  selector: 'NewExpression[callee.name=/^(Shared)?Worker$/]',
  message: 'Workers are started in web/workers/workers.ts only, behind the Trusted Types policy.'
};

const UNSAFE_SINKS = [
  {
    selector: 'AssignmentExpression[left.property.name=/^(innerHTML|outerHTML|srcdoc)$/]',
    message: 'Markup is never made from strings: write a component.'
  },
  { selector: 'NewExpression[callee.name="Function"]', message: 'Code is never made from strings.' }
];

export default defineConfig(
  globalIgnores(['build/', '.svelte-kit/', 'node_modules/', 'data/', 'models/', 'test-results/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },

  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: PROJECTS, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] }
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => someVoidCall()` reads better than a block around it.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // It asks for `!`, which the strict set forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Brands are made by generic functions: `generateId<EntryId>()`.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Underscore names mark parameters that an interface demands.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-eval': 'error',
      'no-restricted-syntax': ['error', NEW_WORKER, ...UNSAFE_SINKS]
    }
  },

  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    extends: [svelte.configs.recommended],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: tseslint.parser, svelteConfig }
    },
    rules: {
      'svelte/no-at-html-tags': 'error',
      // The app lives at the root of its origin.
      'svelte/no-navigation-without-resolve': 'off',
      // `let { name = $bindable() } = $props()` is how Svelte writes it.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }]
    }
  },

  {
    files: ['**/*.{ts,js,mjs,svelte}'],
    rules: { 'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }] }
  },

  {
    files: ['shared/**', 'web/**', 'server/**'],
    ignores: ['**/*.test.ts', '**/testing/**', 'shared/vectors/**'],
    plugins: { svj: { rules: { 'import-directions': importDirections } } },
    rules: { 'svj/import-directions': 'error' }
  },

  {
    // SvelteKit's types bring Node's with them; these names do not exist where this code runs.
    files: ['shared/**', 'web/**'],
    ignores: ['**/*.test.ts', '**/testing/**', 'shared/vectors/**'],
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer', 'global', 'require', 'setImmediate'] }
  },

  {
    files: ['web/workers/workers.ts', '**/*.browser.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...UNSAFE_SINKS] }
  },

  {
    files: ['*.ts', 'scripts/**', 'bench/**', 'e2e/**', 'shared/vectors/**', 'server/main.ts', 'server/cli/**'],
    rules: { 'no-console': 'off' }
  },

  {
    files: ['**/*.test.ts', '**/*.spec.ts', '**/testing/**', 'shared/vectors/**'],
    rules: {
      // `expect(mock.method)` is no call without its object.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off'
    }
  },

  // Attacks are written the way attackers write them.
  { files: ['e2e/**'], rules: { 'no-restricted-syntax': 'off' } },

  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } }
);
