/** Tells a tab that was closed or reloaded from one that died: whoever goes in good order says so. */
export interface Farewells {
  /** The experiment's writing tab may be gone from here on. Synchronous: a page that is being hidden has no time. */
  say(id: string): void;
  /** It is here again. */
  withdraw(id: string): void;
  /** True when the last writer said farewell, or when nothing can be remembered here. */
  take(id: string): boolean;
}

const prefix = "tabtune-farewell/";

/** @param storage such as `localStorage` */
export function createFarewells(
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
): Farewells {
  const quietly = (act: () => boolean): boolean => {
    try {
      return act();
    } catch {
      // Blocked or full: then every tab counts as closed.
      return true;
    }
  };
  return {
    say: (id) => void quietly(() => (storage.setItem(prefix + id, "1"), true)),
    withdraw: (id) => void quietly(() => (storage.removeItem(prefix + id), true)),
    take: (id) =>
      quietly(() => {
        const said = storage.getItem(prefix + id) !== null;
        storage.removeItem(prefix + id);
        return said;
      }),
  };
}
