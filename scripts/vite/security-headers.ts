import type { Plugin } from "vite";
import { publicOrigins } from "../../src/data/sources/hosts.ts";

const policy: readonly (readonly [directive: string, ...values: string[]])[] = [
  ["default-src", "'none'"],
  // TensorFlow.js' int64 library probes WebAssembly.
  ["script-src", "'self'", "'wasm-unsafe-eval'"],
  ["worker-src", "'self'"],
  ["connect-src", "'self'", ...publicOrigins],
  ["img-src", "'self'", "data:", "blob:"],
  ["style-src", "'self'"],
  ["font-src", "'self'"],
  ["manifest-src", "'self'"],
  ["base-uri", "'none'"],
  ["form-action", "'none'"],
  ["require-trusted-types-for", "'script'"],
  ["trusted-types", "svelte-trusted-html", "worker-url"],
];
const metaPolicy = policy.map((directive) => directive.join(" ")).join("; ");

/** Sent by the start server and written to `_headers` for hosts that read it; hosts without headers get the policy from
 *  the page's own meta element, which cannot say frame-ancestors. */
export const securityHeaders: Record<string, string> = {
  "Content-Security-Policy": `${metaPolicy}; frame-ancestors 'none'`,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy":
    "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), serial=(), hid=(), midi=()",
};

/** Puts the policy into the built page and writes `_headers` beside it. */
export function securityHeadersPlugin(): Plugin {
  return {
    name: "tabtune-security-headers",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: metaPolicy },
        injectTo: "head-prepend",
      },
    ],
    generateBundle() {
      const lines = Object.entries(securityHeaders).map(([name, value]) => `  ${name}: ${value}`);
      this.emitFile({ type: "asset", fileName: "_headers", source: `/*\n${lines.join("\n")}\n` });
    },
  };
}
