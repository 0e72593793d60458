/** What the page needs of an experiment that is shown; loaded with the first one. */
export { Commands } from "./commands.ts";
export { ExperimentView } from "./experiment.svelte.ts";
