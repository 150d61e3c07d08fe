// The recipes of docs/recipes: the code that is shown there is the code that is tested. Each is loaded with the library
// that it is about, where a test asks for it.
export const recipes = {
  jose: () => import('../../docs/recipes/jose.ts'),
  pkijs: () => import('../../docs/recipes/pkijs.ts'),
  viem: () => import('../../docs/recipes/viem.ts'),
  x509: () => import('../../docs/recipes/x509.ts'),
  /** The library alone, for what a test does with it beside the recipe. */
  joseItself: () => import('jose'),
};
