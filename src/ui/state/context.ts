import { createContext } from "svelte";
import type { App } from "./app.svelte.ts";
import type { Commands } from "../features/experiment/commands.ts";
import type { ExperimentView } from "../features/experiment/experiment.svelte.ts";

/** The page's own state, for every component below `Page`. */
export const [getApp, setApp] = createContext<App>();

/** The experiment on screen and what its buttons do, for every component below `ExperimentPage`. */
export const [getExperiment, setExperiment] = createContext<{
  readonly view: ExperimentView;
  readonly commands: Commands;
}>();
