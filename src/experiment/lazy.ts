/** Calls once; a failure is forgotten, so that the next call tries again. */
export function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    if (!made) {
      made = make();
      made.catch(() => (made = null));
    }
    return made;
  };
}

type AsyncMethod = (...request: never[]) => Promise<unknown>;
type AsyncMethods<Api> = {
  [Name in keyof Api]: Api[Name] extends AsyncMethod ? Name : never;
}[keyof Api];

/** Methods that load what has them with their first call.
 *  @example lazyMethods(lazy(() => import("./reader.ts")), ["read"]) // { read: (…) => Promise<…> } */
export function lazyMethods<Api, Name extends AsyncMethods<Api> & string>(
  load: () => Promise<Api>,
  names: readonly Name[],
): Pick<Api, Name> {
  const methods = names.map((name) => [
    name,
    async (...request: never[]) => {
      const api = (await load()) as Readonly<Record<Name, AsyncMethod>>;
      return api[name](...request);
    },
  ]);
  return Object.fromEntries(methods) as Pick<Api, Name>;
}
