import { Asked } from "../../state/asked.svelte.ts";
import { linkOf, type Commands } from "../experiment/commands.ts";

/** QR codes hold at most 2,953 bytes; past about 1,800 a camera across a room no longer reads them. */
const longestAddress = 1800;

type Code = { readonly path: string; readonly size: number } | "too-large";

/** The experiment's link as a QR code, drawn as one path. */
export class ShareCode {
  readonly #asked = new Asked<Code | null>();
  /** Null until it is there, and where it would be too large. */
  readonly code = $derived(this.#asked.answer === "too-large" ? null : this.#asked.answer);
  readonly tooLarge = $derived(this.#asked.answer === "too-large");

  constructor(readonly commands: Commands) {}

  /** @param version changes when the link would */
  refresh(version: string): void {
    this.#asked.ask(version, () => this.commands.app.attempt(() => this.#make()));
  }

  async #make(): Promise<Code> {
    const fragment = await this.commands.linkFragment();
    const address = fragment === null ? "" : linkOf(fragment);
    if (fragment === null || address.length > longestAddress) return "too-large";
    const { encode } = await import("uqr");
    const { data, size } = encode(address, { ecc: "L", border: 2 });
    const path = data
      .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")))
      .join("");
    return { path, size };
  }
}
