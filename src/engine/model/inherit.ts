import type { NamedTensor, NetworkState } from "../network-engine.ts";
import type { Graph } from "./graph.ts";
import { weightSpecs } from "./weights.ts";

/** Why a tensor keeps its own values: the other network has none of its name, or one of another shape. */
export interface NotTaken {
  readonly name: string;
  readonly reason: "absent" | "other-shape";
}

/** What of one network's state became another's. */
export interface Inheritance {
  readonly state: NetworkState;
  /** Names of the tensors that came from the parent, in graph order. */
  readonly taken: readonly string[];
  readonly left: readonly NotTaken[];
}

/** Passes weights between networks: what both have under one name and in one shape comes from the parent – all but the head,
 *  say, where the classes differ –, the rest stays. A layer's tensors, a batch norm's four among them, come together or not at
 *  all. The optimizer goes on where every weight and every slot of it but momentum is there; else it begins anew, because Adam
 *  and its like correct all slots for one common number of steps.
 *  Pure: tensors are shared with the arguments, not copied.
 *  @param graph the network that inherits
 *  @param own its state, e.g. fresh from `initialState`
 *  @param parent any network's state
 *  @param slotNames slots of the heir's optimizer */
export function inheritWeights(
  graph: Graph,
  own: NetworkState,
  parent: NetworkState,
  slotNames: readonly string[],
): Inheritance {
  const specs = weightSpecs(graph);
  const misfit = (name: string, shape: readonly number[]): NotTaken["reason"] | null => {
    const tensor = parent.tensors.get(name);
    if (!tensor) return "absent";
    return tensor.shape.join() === shape.join() ? null : "other-shape";
  };
  const broken = new Map<number, NotTaken["reason"]>();
  for (const { node, name, shape } of specs) {
    const reason = misfit(name, shape);
    if (reason) broken.set(node, reason);
  }
  const tensors = new Map<string, NamedTensor>();
  const taken: string[] = [];
  const left: NotTaken[] = [];
  for (const { node, name } of specs) {
    const reason = broken.get(node);
    tensors.set(name, (reason ? own : parent).tensors.get(name)!);
    if (reason) left.push({ name, reason });
    else taken.push(name);
  }
  // Momentum begins at zero in every optimizer, whenever that is.
  const needed = slotNames.filter((slot) => slot !== "momentum_buffer");
  const goesOn = left.length === 0 && needed.every((slot) => parent.slots.has(slot));
  const slots = new Map([...parent.slots].filter(([slot]) => goesOn && slotNames.includes(slot)));
  return { state: { tensors, slots, steps: goesOn ? parent.steps : 0 }, taken, left };
}
