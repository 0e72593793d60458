import "../../../src/ui/styles/theme.css";
import "../../../src/ui/styles/base.css";
import { mount } from "svelte";
import Page from "../../../src/ui/Page.svelte";
import { App } from "../../../src/ui/state/app.svelte.ts";
import { createFakeTabtune } from "../fake/fake-tabtune.ts";

mount(Page, {
  target: document.getElementById("app")!,
  props: { app: new App(createFakeTabtune()) },
});
