/** What the images of a data set are like; travels with them. */
export interface DatasetShape {
  readonly height: number;
  readonly width: number;
  /** 1 or 3. */
  readonly channels: number;
  /** Names by label. */
  readonly classes: readonly string[];
  /** Per channel, of pixels scaled to [0, 1]. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}
