// Types of the second copy that Vite makes of a module by its query.
declare module '*/operations.ts?again' {
  export { OPERATIONS } from './operations.ts';
}
