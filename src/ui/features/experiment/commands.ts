import type { TrialState } from "../../../core/journal/state.ts";
import type { JsonValue } from "../../../core/json.ts";
import type { Parameters } from "../../../core/search-space/types.ts";
import { isJsonObject } from "../../../core/json.ts";
import { AppError } from "../../../core/errors.ts";
import { fileStem } from "../../../experiment/formats/file-stem.ts";
import type { FormatName } from "../../../experiment/formats/table.ts";
import type { DataStore } from "../data/data.svelte.ts";
import type { PageActs } from "../../state/page-acts.ts";
import { preferences } from "../../state/preferences.svelte.ts";
import { save } from "../../state/save.ts";
import type { ExperimentView } from "./experiment.svelte.ts";
import { asWritten, word } from "../../../core/words/index.ts";

/** What the buttons of an experiment do. Every failure ends in a message on the page. */
export class Commands {
  constructor(
    readonly app: PageActs & { readonly data: DataStore },
    readonly view: ExperimentView,
  ) {}

  start(): Promise<unknown> {
    this.view.starting = true;
    return this.#act(async (session) => {
      const { data } = this.app;
      await data.refresh();
      const { dataset } = this.view.state.definition.config.training;
      const source = data.sourceFor(dataset);
      const files = source?.kind === "file" ? data.filesOf(dataset) : null;
      await session.start(source?.id ?? null, files);
    }).finally(() => (this.view.starting = false));
  }
  pause = (): Promise<unknown> => this.#act((session) => session.pause());
  resume = (): Promise<unknown> => this.#act((session) => session.resume());
  stop = (): Promise<unknown> => this.#act((session) => session.stop());
  kill = (trial: number): Promise<unknown> => this.#act((session) => session.killTrial(trial));
  testBest = (): Promise<unknown> => this.#act((session) => session.testBest());
  trainLonger = (trial: number, epochs: number): Promise<unknown> =>
    this.#act((session) => session.trainLonger(trial, epochs));
  tag = (trial: TrialState, tags: readonly string[]): Promise<unknown> =>
    this.#act((session) => session.remark({ type: "trial-tagged", trial: trial.number, tags }));
  note = (trial: TrialState, text: string): Promise<unknown> =>
    this.#act((session) => session.remark({ type: "note-written", trial: trial.number, text }));
  setLimits = (limits: Limits): Promise<unknown> =>
    this.#act((session) => session.setLimits(limits));

  /** @param text parameters as JSON
   *  @throws AppError "parameter-invalid" when the trainer cannot take them; nothing is added then */
  async addTrial(text: string): Promise<void> {
    await this.view.session?.addTrial(parseParameters(text));
  }

  /** Copies the experiment as a link; where it is too large, offers a file instead. */
  copyLink(): Promise<unknown> {
    return this.app.attempt(async () => {
      const making = this.linkFragment();
      const copying = copyLater(
        making.then((made) => (made === null ? Promise.reject(tooLarge()) : linkOf(made))),
      );
      // Waited for below, where there is a link.
      copying.catch(() => undefined);
      const fragment = await making;
      if (fragment === null) return void (this.app.dialog = "share-too-large");
      try {
        await copying;
        const { copied, copiedAddress } = preferences.t.share;
        // The recorded experiment lies beside the page.
        this.app.say(this.view.shared?.source === "recorded" ? copiedAddress : copied);
      } catch {
        // Refused by the browser or by a policy: the user copies it by hand.
        this.app.link = linkOf(fragment);
        this.app.dialog = "link";
      }
    });
  }

  /** The experiment as a link's fragment; null when it is too large. */
  async linkFragment(): Promise<string | null> {
    // Somebody else's experiment keeps the address it came with.
    if (!this.view.session) return location.hash.slice(1);
    try {
      return await this.view.session.link();
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === "link-too-large") return null;
      throw thrown;
    }
  }

  download(format: FormatName): Promise<unknown> {
    return this.app.attempt(async () => {
      const { state } = this.view;
      const file = await this.app.tabtune.exportAs(format, { id: state.definition.id, state });
      save(file, file.name);
    });
  }

  downloadWeights(trial: number): Promise<unknown> {
    return this.#act(async (session) => {
      const blob = await session.weights(trial);
      save(blob, `${fileStem(this.view.state.name)}-trial-${trial}.safetensors`);
    });
  }

  copyText(text: string): Promise<unknown> {
    return this.app.attempt(async () => {
      await copy(text);
      this.app.say(preferences.t.actions.copied);
    });
  }

  /** Puts a chart on the clipboard, or into a file where the browser cannot. */
  copyChart(svg: SVGSVGElement | null, title: string): Promise<unknown> {
    return this.app.attempt(async () => {
      if (!svg) return;
      const heading = `${this.view.state.name} · ${title}`;
      const drawing = import("../../state/chart-export.ts").then(({ chartPng }) =>
        chartPng(svg, heading),
      );
      try {
        // Asked before it is drawn: see `copyLater`.
        await navigator.clipboard.write([new ClipboardItem({ "image/png": drawing })]);
        this.app.say(preferences.t.charts.copiedPng);
      } catch {
        // Not every browser takes pictures: a file is as good.
        save(await drawing, `${fileStem(title)}.png`);
        this.app.say(preferences.t.charts.savedPng);
      }
    });
  }

  async #act<T>(
    act: (session: NonNullable<ExperimentView["session"]>) => Promise<T>,
  ): Promise<T | null> {
    const { session } = this.view;
    return session ? this.app.attempt(() => act(session)) : null;
  }
}

type Limits = globalThis.Parameters<NonNullable<ExperimentView["session"]>["setLimits"]>[0];

/** The address others open. Query settings of this tab (a preset, the presenter view) do not travel. */
export function linkOf(fragment: string): string {
  return `${location.origin}${location.pathname}#${fragment}`;
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}

/** For what is made only after the click: WebKit wants to be asked in the click itself. */
async function copyLater(making: Promise<string>): Promise<void> {
  if (typeof ClipboardItem === "undefined") return copy(await making);
  const text = making.then((made) => new Blob([made], { type: "text/plain" }));
  // Whoever gave it tells why there is none; a browser that refuses at once never looks at it.
  text.catch(() => undefined);
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
}

const tooLarge = (): AppError => new AppError("link-too-large", word("no-link"));

function parseParameters(text: string): Parameters {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new AppError("parameter-invalid", asWritten(String(thrown)), { reason: String(thrown) });
  }
  if (isJsonObject(value)) return value as Readonly<Record<string, JsonValue>>;
  throw new AppError("parameter-invalid", word("expected-object"));
}
