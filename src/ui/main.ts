import "./styles/theme.css";
import "./styles/base.css";
import { mount } from "svelte";
import { keepOffline } from "../experiment/tab/offline.ts";
import { createTabtune } from "../experiment/tabtune.ts";
import Page from "./Page.svelte";
import { App } from "./state/app.svelte.ts";
import { preferences } from "./state/preferences.svelte.ts";

const target = document.getElementById("app");
if (!target) throw new Error('index.html: expected an element with the id "app"');
const app = new App(createTabtune());
await preferences.wordsHere();
mount(Page, { target, props: { app } });
// The development server's files change all the time.
if (import.meta.env.PROD) keepOffline(() => (app.outdated = true));
