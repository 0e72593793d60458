import { linkOf, type Commands } from "../experiment/commands.ts";

/** QR codes hold at most 2,953 bytes; past about 1,800 a camera across a room no longer reads them. */
const longestAddress = 1800;

/** The experiment's link as a QR code, drawn as one path. */
export class ShareCode {
  path = $state("");
  size = $state(0);
  tooLarge = $state(false);
  #made = "";

  constructor(readonly commands: Commands) {}

  /** @param version changes when the link would */
  refresh(version: string): void {
    if (version === this.#made) return;
    this.#made = version;
    void this.commands.app.attempt(() => this.#make());
  }

  async #make(): Promise<void> {
    const fragment = await this.commands.linkFragment();
    const address = fragment === null ? "" : linkOf(fragment);
    this.tooLarge = fragment === null || address.length > longestAddress;
    if (this.tooLarge) return void (this.path = "");
    const { encode } = await import("uqr");
    const { data, size } = encode(address, { ecc: "L", border: 2 });
    this.size = size;
    this.path = data
      .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")))
      .join("");
  }
}
