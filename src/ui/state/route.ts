/** Where the page is. Share links and our own routes live in one fragment: routes start with a slash, link data never does. */
export type Route =
  | { readonly page: "home" }
  | { readonly page: "experiment"; readonly id: string }
  | { readonly page: "new" }
  | { readonly page: "data" }
  | { readonly page: "recorded" }
  | { readonly page: "file" }
  | { readonly page: "link"; readonly fragment: string };

export function parseRoute(hash: string): Route {
  const fragment = hash.replace(/^#/, "");
  if (fragment === "" || fragment === "/") return { page: "home" };
  if (!fragment.startsWith("/")) return { page: "link", fragment };
  const [page, id] = fragment.slice(1).split("/");
  if (page === "experiment" && id) return { page, id: decoded(id) };
  if (page === "new" || page === "data" || page === "recorded" || page === "file") return { page };
  return { page: "home" };
}

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
      return `#/experiment/${encodeURIComponent(route.id)}`;
    case "link":
      return `#${route.fragment}`;
    case "new":
    case "data":
    case "recorded":
    case "file":
      return `#/${route.page}`;
    default:
      return route satisfies never;
  }
}
