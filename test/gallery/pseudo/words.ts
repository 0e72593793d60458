import { mount } from "svelte";
import { AppError } from "../../../src/core/errors.ts";
import type { Word } from "../../../src/core/words/index.ts";
import ErrorDetail from "../../../src/ui/components/ErrorDetail.svelte";
import { preferences } from "../../../src/ui/state/preferences.svelte.ts";
import { samples } from "../../core/words/samples.ts";

// Every word of the program, as the detail of an error.
await preferences.wordsHere();
for (const [code, values] of Object.entries(samples)) {
  const target = document.createElement("p");
  target.dataset["code"] = code;
  document.getElementById("app")!.append(target);
  const error = new AppError("internal", { code, values } as Word).toRecord();
  mount(ErrorDetail, { target, props: { error } });
}
document.documentElement.dataset["ready"] = "";
