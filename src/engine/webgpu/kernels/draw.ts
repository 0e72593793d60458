/** `pcgHash` and `drawUint32` of training/augment.ts in WGSL. */
export const drawFunctions = `
fn pcg(counter: u32) -> u32 {
  let state = counter * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}
fn draw(seed: u32, a: u32, b: u32, purpose: u32) -> u32 {
  return pcg(pcg(pcg(pcg(seed) + a) + b) + purpose);
}`;
