interface UrlPolicy {
  createScriptURL(url: string): unknown;
}
interface TrustedTypesFactory {
  createPolicy(name: string, rules: UrlPolicy): UrlPolicy;
}
let policy: UrlPolicy | null = null;

/** The address of a worker's script as the browser's Trusted Types want it; the policy's name is in the content security
 *  policy.
 *  @throws TypeError for a script of another origin */
export function workerUrl(url: string): string {
  policy ??= makePolicy();
  return policy.createScriptURL(url) as string;
}

function makePolicy(): UrlPolicy {
  const rules = {
    createScriptURL(url: string): string {
      if (new URL(url, location.href).origin === location.origin) return url;
      throw new TypeError(`worker-url: expected a script of this origin, got ${url}`);
    },
  };
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  return factory ? factory.createPolicy("worker-url", rules) : rules;
}
