import "../../src/ui/styles/theme.css";
import "../../src/ui/styles/base.css";
import { mount } from "svelte";
import { languages, type Language } from "../../src/ui/messages/about.ts";
import Page from "../../src/ui/Page.svelte";
import { App } from "../../src/ui/state/app.svelte.ts";
import { preferences } from "../../src/ui/state/preferences.svelte.ts";
import Charts from "./Charts.svelte";
import Components from "./Components.svelte";
import Contents from "./Contents.svelte";
import { createFakeTabtune } from "./fake/fake-tabtune.ts";
import { stands, type Stand } from "./stands.ts";

/** `?stand=<name>&language=<code>`: one stand; without one, what there is to see. `data-ready` is set once it stands. */
const asked = new URLSearchParams(location.search);
const target = document.getElementById("app")!;
await preferences.wordsHere();
const language = asked.get("language");
if (language !== null && isLanguage(language)) await preferences.setLanguage(language);
const stand = stands.find(({ name }) => name === asked.get("stand"));
if (stand) await show(stand);
else mount(Contents, { target });
await until(() => document.querySelector("#app :is(h1, h2, h3, [role=status])") !== null);
// Charts are drawn once they know their width.
await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
document.documentElement.dataset["ready"] = "";

async function show({ hash = "", tabtune = {}, story, component, after }: Stand): Promise<void> {
  const fake = createFakeTabtune();
  const app = new App({ ...fake, ...tabtune });
  if (component) return void mount(Components, { target, props: { app } });
  if (story !== undefined) {
    const { ExperimentView } = await import("../../src/ui/features/experiment/opened.ts");
    const view = new ExperimentView({ session: await fake.open(story) });
    return void mount(Charts, { target, props: { app, view } });
  }
  history.replaceState(null, "", `${location.search}${hash}`);
  mount(Page, { target, props: { app } });
  if (after) await until(() => isShown(app));
  await after?.(app);
}

function isLanguage(text: string): text is Language {
  return text in languages;
}

/** Whether the page has what its address asks for. */
function isShown({ route, view, data, experiments }: App): boolean {
  if (route.page === "data") return data.storage !== null;
  return (route.page === "home" ? experiments : view) !== null;
}

/** What the page does by itself takes a moment. */
async function until(settled: () => boolean): Promise<void> {
  while (!settled()) await new Promise((resolve) => setTimeout(resolve, 20));
}
