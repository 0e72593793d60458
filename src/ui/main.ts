import "./styles/theme.css";
import "./styles/base.css";
import { mount } from "svelte";
import { createTabtune } from "../experiment/tabtune.ts";
import Page from "./Page.svelte";
import { App } from "./state/app.svelte.ts";

const target = document.getElementById("app");
if (!target) throw new Error('index.html: expected an element with the id "app"');
mount(Page, { target, props: { app: new App(createTabtune()) } });
