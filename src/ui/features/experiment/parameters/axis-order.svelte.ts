/** Order and visibility of parallel axes, as the user left them. */
export class AxisOrder {
  hidden: ReadonlySet<string> = $state.raw(new Set());
  #order: readonly string[] = $state.raw([]);

  /** Axes in the chosen order; ones not mentioned keep their place at the end. */
  arrange<A extends { readonly path: string }>(
    axes: readonly A[],
    withHidden = false,
  ): readonly A[] {
    const rank = (path: string): number => {
      const index = this.#order.indexOf(path);
      return index < 0 ? this.#order.length : index;
    };
    return [...axes]
      .sort((a, b) => rank(a.path) - rank(b.path))
      .filter((axis) => withHidden || !this.hidden.has(axis.path));
  }

  toggle(path: string): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(path)) hidden.add(path);
    this.hidden = hidden;
  }

  moveLeft(path: string, all: readonly string[]): void {
    const order = this.arrange(
      all.map((p) => ({ path: p })),
      true,
    ).map((axis) => axis.path);
    const index = order.indexOf(path);
    if (index <= 0) return;
    [order[index - 1], order[index]] = [order[index]!, order[index - 1]!];
    this.#order = order;
  }
}
