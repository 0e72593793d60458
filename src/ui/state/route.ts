/** Parts of an experiment. */
export const tabs = ["overview", "trials", "parameters", "model", "setup", "log"] as const;
export type Tab = (typeof tabs)[number];

/** Where the page is. Share links and our own routes live in one fragment: routes start with a slash, link data never does. */
export type Route =
  | { readonly page: "home" }
  | { readonly page: "experiment"; readonly id: string; readonly tab?: Tab }
  | { readonly page: "new" }
  | { readonly page: "data" }
  | { readonly page: "recorded"; readonly tab?: Tab }
  | { readonly page: "file" }
  | { readonly page: "link"; readonly fragment: string };

export function parseRoute(hash: string): Route {
  const fragment = hash.replace(/^#/, "");
  if (fragment === "" || fragment === "/") return { page: "home" };
  if (!fragment.startsWith("/")) return { page: "link", fragment };
  const [page, first, second] = fragment.slice(1).split("/");
  if (page === "experiment" && first) return { page, id: decoded(first), ...tabOf(second) };
  if (page === "recorded") return { page, ...tabOf(first) };
  if (page === "new" || page === "data" || page === "file") return { page };
  return { page: "home" };
}

const tabOf = (text: string | undefined): { readonly tab?: Tab } => {
  const tab = tabs.find((one) => one === text);
  return tab ? { tab } : {};
};

/** What is no percent-encoding stands for itself: whoever types an address meets no error. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function routeHash(route: Route): string {
  switch (route.page) {
    case "home":
      return "#/";
    case "experiment":
      return `#/experiment/${encodeURIComponent(route.id)}${route.tab ? `/${route.tab}` : ""}`;
    case "recorded":
      return `#/recorded${route.tab ? `/${route.tab}` : ""}`;
    case "link":
      return `#${route.fragment}`;
    case "new":
    case "data":
    case "file":
      return `#/${route.page}`;
    default:
      return route satisfies never;
  }
}
