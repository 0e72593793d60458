import { workerUrl } from "../workers/worker-url.ts";

/** Lets the service worker keep the page for use without a network, once it has loaded; where the browser does not
 *  allow one (a private window, an insecure address) the page works as before, with a network.
 *  @param onNewVersion a newer version was taken while this one is open; the next load shows it */
export function keepOffline(onNewVersion: () => void): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return;
  let controlled = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    // The first one has the version of this page itself.
    if (controlled) onNewVersion();
    controlled = true;
  });
  const register = async (): Promise<void> => {
    const url = workerUrl(new URL("service-worker.js", document.baseURI).href);
    const registration = await workers.register(url, { updateViaCache: "none" });
    // A tab may stay open for weeks; the browser itself looks for a new version at a load only.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") registration.update().catch(noNetwork);
    });
  };
  const begin = (): void => void register().catch(noNetwork);
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
}

/** Without a service worker, or without news of it, everything works that worked before. */
const noNetwork = (): void => undefined;
