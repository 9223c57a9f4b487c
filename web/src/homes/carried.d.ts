// What a build puts in: `carried` is inlined.ts or fetched.ts, by vite.config.ts.
declare module "*?worker" {
  const made: new () => Worker;
  export default made;
}

/** A file, or the worker that a file makes, compressed, as base64. */
declare module "*?packed" {
  const text: string;
  export default text;
}

declare module "*?url" {
  const address: string;
  export default address;
}

/** What Vite finds by a pattern. */
interface ImportMeta {
  glob<T>(pattern: string, options: { eager: true; import: "default" }): Record<string, T>;
}

declare module "*?inline" {
  const text: string;
  export default text;
}
