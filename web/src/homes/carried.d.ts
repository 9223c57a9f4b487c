// What a build puts in: `carried` is inlined.ts or fetched.ts, by vite.config.ts.
declare module "*?worker" {
  const made: new () => Worker;
  export default made;
}

declare module "*?worker&inline" {
  const made: new () => Worker;
  export default made;
}

/** A file, compressed, as base64. */
declare module "*?packed" {
  const text: string;
  export default text;
}

declare module "*?url" {
  const address: string;
  export default address;
}
